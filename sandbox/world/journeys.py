"""All visits of one property day, each with what its person did on the 30 days before."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sandbox.world import brand
from sandbox.world.draws import I64, U64, Bools
from sandbox.world.plan import Plan
from sandbox.world.visits import (
    LONGEST_JOURNEY,
    People,
    Touches,
    came,
    cohort,
    people,
    touches,
    visit_keys,
)

CLICK_WINDOW = 7 * 86_400  # seconds; the longest click window of the ad groups


@dataclass(frozen=True)
class Journeys:
    """One row per visit of the day, ordered by start."""

    day: int
    person: U64
    key: U64  # word of the visit
    offset: I64  # days since the person's first visit
    people: People
    touch: Touches
    number: I64  # session number of the cookie
    first_seen: I64  # epoch second of the cookie's first visit
    first_source: NDArray[np.int8]
    first_ad: NDArray[np.int16]
    first_sub: NDArray[np.int8]
    first_label: I64
    own_jar: Bools  # return visit in another cookie jar than the first visit
    # Last non-direct origin of the cookie, as an analytics tool would credit the session.
    credit_source: NDArray[np.int8]
    credit_ad: NDArray[np.int16]
    credit_sub: NDArray[np.int8]
    credit_label: I64  # campaign label code at the time of that click, -1 without ad
    # Last paid TikTok click of the person within the click window, this visit included.
    click_ad: NDArray[np.int16]
    click_at: I64
    # The visit that causes an order of this person, if any did (true cause, not a claim).
    cause_channel: NDArray[np.int8]  # -1: none of them
    cause_ad: NDArray[np.int16]

    def __len__(self) -> int:
        return len(self.key)


def _labels(plan: Plan, day: int, ads: NDArray[np.int16]) -> I64:
    campaign = np.array([ad.campaign for ad in plan.accounts.ads] + [0])
    label = np.array(plan.day(day).campaign_label)
    return np.asarray(np.where(ads >= 0, label[campaign[ads]], -1), dtype=np.int64)


def _arrivals(plan: Plan, day: int) -> tuple[U64, U64, I64]:
    """Persons, visit words and offsets of everyone who comes on `day`."""
    persons, keys, offsets = [], [], []
    for offset in range(LONGEST_JOURNEY + 1):
        known = cohort(plan, day - offset)
        words = visit_keys(known, offset)
        coming = came(words, offset)
        persons.append(known[coming])
        keys.append(words[coming])
        offsets.append(np.full(int(coming.sum()), offset, dtype=np.int64))
    return np.concatenate(persons), np.concatenate(keys), np.concatenate(offsets)


def journeys(plan: Plan, day: int) -> Journeys:
    """Make the day."""
    person, key, offset = _arrivals(plan, day)
    facts = people(person)
    touch = touches(plan.day(day), person, key, offset, facts.country)
    order = np.argsort(touch.start, kind="stable")
    person, key, offset = person[order], key[order], offset[order]
    facts = People(*(getattr(facts, name)[order] for name in facts.__dataclass_fields__))
    touch = touch.take(order)

    own_jar = np.asarray(facts.two_jars & (offset > 0))
    number = np.ones(len(key), dtype=np.int64)
    first_seen = touch.start.copy()
    first_source, first_ad = touch.source.copy(), touch.ad.copy()
    first_sub, first_label = touch.sub.copy(), _labels(plan, day, touch.ad)
    credit_source, credit_ad = touch.source.copy(), touch.ad.copy()
    credit_sub, credit_label = touch.sub.copy(), first_label.copy()
    paid = touch.channel == brand.TIKTOK_PAID
    click_ad = np.where(paid, touch.ad, -1).astype(np.int16)
    click_at = np.where(paid, touch.start, 0)
    cause_channel, cause_ad = touch.cause_channel.copy(), touch.cause_ad.copy()
    oldest_click = touch.start - CLICK_WINDOW

    # Walk back one day at a time; each step looks at one past day only.
    for lag in range(1, LONGEST_JOURNEY + 1):
        rows = np.flatnonzero(offset >= lag)
        past_offset = offset[rows] - lag
        past_keys = visit_keys(person[rows], past_offset)
        there = came(past_keys, past_offset)
        rows, past_offset, past_keys = rows[there], past_offset[there], past_keys[there]
        if not len(rows):
            continue
        past = touches(
            plan.day(day - lag), person[rows], past_keys, past_offset, facts.country[rows]
        )
        labels = _labels(plan, day - lag, past.ad)
        # The analytics cookie does not see the first visit when the jars differ.
        seen = ~(own_jar[rows] & (past_offset == 0))
        mine = rows[seen]
        number[mine] += 1
        first_seen[mine] = past.start[seen]
        first_source[mine], first_ad[mine] = past.source[seen], past.ad[seen]
        first_sub[mine], first_label[mine] = past.sub[seen], labels[seen]
        fill = seen & (credit_source[rows] == brand.SRC_DIRECT) & (past.source != brand.SRC_DIRECT)
        credit_source[rows[fill]], credit_ad[rows[fill]] = past.source[fill], past.ad[fill]
        credit_sub[rows[fill]], credit_label[rows[fill]] = past.sub[fill], labels[fill]
        # The ad platform and the truth see the person, not the cookie.
        clicked = (
            (click_ad[rows] < 0)
            & (past.channel == brand.TIKTOK_PAID)
            & (past.start >= oldest_click[rows])
        )
        click_ad[rows[clicked]], click_at[rows[clicked]] = past.ad[clicked], past.start[clicked]
        caused = past.cause_channel >= 0
        cause_channel[rows[caused]] = past.cause_channel[caused]
        cause_ad[rows[caused]] = past.cause_ad[caused]

    return Journeys(
        day=day, person=person, key=key, offset=offset, people=facts, touch=touch, number=number,
        first_seen=first_seen, first_source=first_source, first_ad=first_ad, first_sub=first_sub,
        first_label=first_label, own_jar=own_jar, credit_source=credit_source,
        credit_ad=credit_ad, credit_sub=credit_sub, credit_label=credit_label,
        click_ad=click_ad, click_at=click_at, cause_channel=cause_channel, cause_ad=cause_ad,
    )  # fmt: skip


def past_touches(plan: Plan, day: int, person: U64, offset: I64,
                 country: NDArray[np.int8]) -> list[tuple[int, I64, Touches, U64]]:  # fmt: skip
    """Earlier visits of some persons: (day, rows, touches, visit words), newest day first."""
    found = []
    for lag in range(1, LONGEST_JOURNEY + 1):
        rows = np.flatnonzero(offset >= lag)
        past_offset = offset[rows] - lag
        keys = visit_keys(person[rows], past_offset)
        there = came(keys, past_offset)
        rows, past_offset, keys = rows[there], past_offset[there], keys[there]
        if len(rows):
            past = touches(plan.day(day - lag), person[rows], keys, past_offset, country[rows])
            found.append((day - lag, rows, past, keys))
    return found
