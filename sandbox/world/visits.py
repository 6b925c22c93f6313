"""Who visits the shop on a day and where from, recomputable for any person and day alone.

A person is a 64-bit word. Their first visit is on their cohort day (offset 0); offsets 1 to 30
are return visits, each decided by its own draw.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sandbox.world import brand, caused
from sandbox.world.draws import GOLDEN, I64, U64, Bools, mix, series, uniform, word
from sandbox.world.experiments import EXPERIMENT
from sandbox.world.places import FRANCE, places_of
from sandbox.world.plan import DayPlan, Plan

LONGEST_JOURNEY = 30  # days
_OFFSETS = np.arange(LONGEST_JOURNEY + 1)
RETURN_RATE = np.where(_OFFSETS == 0, 1.0, 0.10 * np.exp(-_OFFSETS / 4.5) + 0.0035)
_LATEST_BUY_START = 3_000  # seconds before the day ends: orders stay inside their day


def cohort(plan: Plan, day: int) -> U64:
    """The people whose first visit is on `day`."""
    today, seed = plan.day(day), plan.config.seed
    usual = caused.ordinary(series(word("cohort", seed, day), today.new_people))
    return np.concatenate([usual, *(caused.cohort_of(wave, seed, day) for wave in today.waves)])


def visit_keys(person: U64, offset: int | I64) -> U64:
    """One word per (person, offset)."""
    step = (np.atleast_1d(offset).astype(np.uint64) + np.uint64(1)) * GOLDEN
    return mix(person ^ step)


def came(keys: U64, offset: int | I64) -> Bools:
    """Whether the visit of that offset happens."""
    return np.asarray(uniform(keys, "came") < RETURN_RATE[offset])


@dataclass(frozen=True)
class People:
    """Lasting facts of persons, one row each."""

    country: NDArray[np.int8]
    consent: NDArray[np.int8]
    device: NDArray[np.int8]
    place: NDArray[np.int8]  # position in `places.PLACES`
    two_jars: Bools  # the in-app browser of the first visit has another cookie jar


def pick(weights: NDArray[np.float64], draws: NDArray[np.float64]) -> NDArray[np.int8]:
    """Index drawn with the given weights."""
    edges = np.cumsum(weights / weights.sum())
    return np.minimum(np.searchsorted(edges, draws, side="right"), len(weights) - 1).astype(np.int8)


def people(person: U64) -> People:
    """Facts of the persons."""
    source = caused.source_of(person)
    country = pick(brand.COUNTRY_WEIGHTS, uniform(person, "country"))
    # TopView and the experiment are bought in metropolitan France only.
    country[(source == caused.GEO) | (source == caused.TOP_VIEW)] = FRANCE
    place = places_of(person, country)
    treated = source == caused.GEO
    place[treated] = places_of(person[treated], country[treated], EXPERIMENT.regions)
    return People(
        country=country,
        consent=pick(brand.CONSENT_WEIGHTS, uniform(person, "consent")),
        device=pick(brand.DEVICE_WEIGHTS, uniform(person, "device")),
        place=place,
        two_jars=np.asarray(uniform(person, "jars") < 0.12),
    )


@dataclass(frozen=True)
class Touches:
    """Origin of visits that all happen on one day, one row per visit."""

    channel: NDArray[np.int8]
    source: NDArray[np.int8]  # what an analytics tool sees, `brand.SRC_*`
    ad: NDArray[np.int16]  # -1 when no ad
    sub: NDArray[np.int8]  # which creator, newsletter, blog…
    start: I64  # epoch second
    buys: Bools
    cause_channel: NDArray[np.int8]  # what makes the person buy if this visit is enough, else -1
    cause_ad: NDArray[np.int16]

    def take(self, rows: Bools | I64) -> Touches:
        """The same for some rows."""
        return Touches(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))


def choose_ads(today: DayPlan, draws: NDArray[np.float64], overseas: Bools,
               returning: Bools) -> NDArray[np.int16]:  # fmt: skip
    """Ad of each paid click, by account and whether the person is known."""
    ads = np.full(len(draws), -1, dtype=np.int16)
    for (advertiser, known), edges in today.ad_choice.items():
        rows = (overseas == (advertiser == 1)) & (returning == known)
        ads[rows] = np.minimum(np.searchsorted(edges, draws[rows], side="right"), len(edges) - 1)
    return ads


def touches(today: DayPlan, person: U64, keys: U64, offset: I64,
            country: NDArray[np.int8]) -> Touches:  # fmt: skip
    """Origins of the visits `keys` of `person` on the day of `today`."""
    returning = offset > 0
    first = pick(brand.FIRST_VISIT_MIX, uniform(keys, "channel"))
    later = pick(brand.RETURN_VISIT_MIX, uniform(keys, "channel"))
    channel = np.where(returning, later, first).astype(np.int8)
    source_of = caused.source_of(person)
    waves = [(wave, (source_of == wave.source) & ~returning) for wave in today.waves]
    for wave, rows in waves:
        channel[rows] = pick(wave.mix, uniform(keys[rows], "channel"))
    rate = brand.BUY_RATE[channel] * np.where(returning, brand.RETURN_BONUS, 1.0)
    buys = np.asarray(uniform(keys, "depth") < rate)

    seconds = np.interp(uniform(keys, "time"), today.hour_cdf, np.linspace(0, 1, 25))
    start = (seconds * today.seconds).astype(np.int64)
    for wave, rows in waves:
        if wave.live_start:
            start[rows] = caused.halo_starts(wave, keys[rows]) - today.midnight
    start = np.where(buys, np.minimum(start, today.seconds - _LATEST_BUY_START), start)

    paid = channel == brand.TIKTOK_PAID
    ad = np.full(len(keys), -1, dtype=np.int16)
    ad[paid] = choose_ads(
        today, uniform(keys[paid], "ad"), country[paid] == brand.REUNION, returning[paid]
    )
    causes = np.asarray(uniform(keys, "cause") < brand.INCREMENT[channel])
    cause_channel = np.where(causes, channel, -1).astype(np.int8)
    for wave, rows in waves:
        if wave.ad >= 0:
            ad[rows & paid] = wave.ad
        cause_channel[rows] = wave.true_channel
    cause_ad = np.where(cause_channel == brand.TIKTOK_PAID, ad, -1).astype(np.int16)
    for wave, rows in waves:
        if wave.ad >= 0:
            cause_ad[rows] = wave.ad
    variant = uniform(keys, "tagging")
    source = np.array(
        [brand.SRC_TIKTOK_TAGGED, brand.SRC_DIRECT, brand.SRC_CREATOR, brand.SRC_GOOGLE,
         brand.SRC_GOOGLE_CPC, brand.SRC_EMAIL, brand.SRC_INSTAGRAM, brand.SRC_DIRECT,
         brand.SRC_REFERRAL], dtype=np.int8,
    )[channel]  # fmt: skip
    # Paid clicks that lost their UTM tags keep the click id; a few macros stay unreplaced.
    source[paid & (variant < 0.05)] = brand.SRC_DIRECT
    source[paid & (variant > 0.994)] = brand.SRC_TIKTOK_MACRO
    # The in-app browser often sends no referrer at all.
    source[(channel == brand.TIKTOK_ORGANIC) & (variant < 0.45)] = brand.SRC_TIKTOK_REFERRAL
    return Touches(
        channel=channel,
        source=source,
        ad=ad,
        sub=(uniform(keys, "sub") * 5).astype(np.int8),
        start=start + today.midnight,
        buys=buys,
        cause_channel=cause_channel,
        cause_ad=cause_ad,
    )
