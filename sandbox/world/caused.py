"""People who come only because of a LIVE session, a TopView day or a geo experiment.

They are extra: without the cause they would not exist, so every order of theirs is incremental
and the true effect is counted, not estimated. Their word carries the cause, which lets any of
their visits be recomputed alone, like everybody's.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sandbox.world import brand
from sandbox.world.config import WorldConfig
from sandbox.world.content import Live
from sandbox.world.draws import F64, I64, U64, series, uniform, word
from sandbox.world.experiments import EXPERIMENT
from sandbox.world.places import FRANCE

ORDINARY, GEO, TOP_VIEW, FIRST_LIVE = -1, 0, 1, 2  # a LIVE's number follows FIRST_LIVE
HALO = 48 * 3_600  # seconds a LIVE brings visits
TOP_VIEW_DAY = 21
TOP_VIEW_SHARE = 0.25  # extra people of the TopView day per ordinary new person
_FADE = 12 * 3_600  # seconds in which the halo falls to a third
# Organic TikTok visits of a day per new person, first and return visits together.
_ORGANIC_VISITS = 0.095
# Word of such a person: 14 ones, 10 bits of cause, 40 free bits.
_MARK, _CAUSE_SHIFT, _MARK_SHIFT = np.uint64(0x3FFF), np.uint64(40), np.uint64(50)
_CAUSES, _FREE = np.uint64(0x3FF), np.uint64((1 << 40) - 1)
_TOP_BIT = np.uint64(1 << 63)
_SEEN_ELSEWHERE = np.zeros(len(brand.CHANNELS))
_SEEN_ELSEWHERE[[brand.TIKTOK_ORGANIC, brand.DIRECT]] = (0.6, 0.4)
_TOP_VIEW_MIX = np.zeros(len(brand.CHANNELS))
_TOP_VIEW_MIX[[brand.TIKTOK_PAID, brand.TIKTOK_ORGANIC, brand.DIRECT]] = (0.45, 0.25, 0.3)
_PAID_ONLY = np.zeros(len(brand.CHANNELS))
_PAID_ONLY[brand.TIKTOK_PAID] = 1.0


@dataclass(frozen=True)
class Wave:
    """Extra people whose first visit falls on one day, all for one cause."""

    source: int
    count: int
    mix: F64  # weights of the channels they come by
    true_channel: int
    ad: int = -1  # ad of their paid visits, -1: any that runs
    # For a LIVE: shares of the halo before this day and up to its end, and the LIVE's start.
    share_from: float = 0.0
    share_to: float = 0.0
    live_start: int = 0

    @property
    def paid(self) -> float:
        """Expected paid visits."""
        return float(self.count * self.mix[brand.TIKTOK_PAID])


def ordinary(persons: U64) -> U64:
    """Words of people without a cause: none of them carries the mark."""
    return np.where(persons >> _MARK_SHIFT == _MARK, persons ^ _TOP_BIT, persons)


def source_of(persons: U64) -> I64:
    """Cause of each person, ORDINARY for nearly all."""
    marked = persons >> _MARK_SHIFT == _MARK
    return np.where(marked, ((persons >> _CAUSE_SHIFT) & _CAUSES).astype(np.int64), ORDINARY)


def cohort_of(wave: Wave, seed: int, day: int) -> U64:
    """The people of a wave."""
    free = series(word("caused", seed, wave.source, day), wave.count) & _FREE
    return free | np.uint64(wave.source) << _CAUSE_SHIFT | _MARK << _MARK_SHIFT


def _halo_share(seconds: float) -> float:
    """Share of a LIVE's extra visits that have come so long after its start."""
    at = min(max(seconds, 0.0), float(HALO))
    return float(np.expm1(-at / _FADE) / np.expm1(-HALO / _FADE))


def waves(config: WorldConfig, lives: tuple[Live, ...], top_view_ad: int, day: int, begin: int,
          end: int, new_people: int) -> tuple[Wave, ...]:  # fmt: skip
    """Everyone extra on a day; `begin` and `end` are its first and last epoch second."""
    found = []
    if EXPERIMENT.runs(day):
        # Those of the treated regions who come by ads anyway, times the planted lift.
        usual = brand.FIRST_VISIT_MIX[brand.TIKTOK_PAID] * brand.COUNTRY_WEIGHTS[FRANCE]
        extra = round(float(EXPERIMENT.lift * EXPERIMENT.share * usual * new_people))
        found.append(Wave(GEO, extra, _PAID_ONLY, brand.TIKTOK_PAID))
    if day == TOP_VIEW_DAY:
        extra = round(TOP_VIEW_SHARE * config.new_people_per_day)
        found.append(Wave(TOP_VIEW, extra, _TOP_VIEW_MIX, brand.TIKTOK_PAID, top_view_ad))
    for nth, live in enumerate(lives):
        if live.start >= end or live.start + HALO <= begin:
            continue
        whole = live.strength * _ORGANIC_VISITS * config.new_people_per_day
        before, after = _halo_share(begin - live.start), _halo_share(end - live.start)
        extra = round(whole * after) - round(whole * before)
        found.append(
            Wave(FIRST_LIVE + nth, extra, _SEEN_ELSEWHERE, brand.TIKTOK_ORGANIC, -1, before,
                 after, live.start)
        )  # fmt: skip
    return tuple(wave for wave in found if wave.count)


def halo_starts(wave: Wave, keys: U64) -> I64:
    """Epoch second of each halo visit: most come during and soon after the LIVE."""
    share = wave.share_from + uniform(keys, "time") * (wave.share_to - wave.share_from)
    seconds = -_FADE * np.log1p(share * np.expm1(-HALO / _FADE))
    return np.asarray(wave.live_start + seconds, dtype=np.int64)
