"""How a day's numbers of an ad split by audience (contract: tiktok.md 4.3).

Counts and cents are split exactly: the parts add up to the whole. People are not: each part has
its own reach, and reaches have no sum.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import product
from typing import Any

import numpy as np

from sandbox.state import Sandbox
from sandbox.world.draws import F64, I64, day_generator, word

Share = tuple[tuple[str | None, ...], float]
"""Values of the dimensions of a split, and their part."""

_GENDERS = (("FEMALE", 0.71), ("MALE", 0.24), ("NONE", 0.05))
_AGES = (("AGE_13_17", 0.02), ("AGE_18_24", 0.27), ("AGE_25_34", 0.34), ("AGE_35_44", 0.21),
         ("AGE_45_54", 0.10), ("AGE_55_100", 0.04), ("NONE", 0.02))  # fmt: skip
_LANGUAGES = (("fr", 0.91), ("en", 0.05), ("pt", 0.015), ("de", 0.015), ("nl", 0.01))
_PLATFORMS = (("IOS", 0.55), ("ANDROID", 0.43), ("PC", 0.012), ("OTHER", 0.008))
_PLACEMENTS = (("PLACEMENT_TIKTOK", 0.86), ("PLACEMENT_PANGLE", 0.09),
               ("PLACEMENT_GLOBAL_APP_BUNDLE", 0.05))  # fmt: skip
_NETWORKS = (("WIFI", 0.58), ("5G", 0.2), ("4G", 0.2), ("3G", 0.02))
_BRANDS = (("1", 0.55), ("2", 0.28), ("3", 0.11), ("-1", 0.06))
_COUNTRIES = {"FR": (("FR", 0.875), ("BE", 0.06), ("CH", 0.05), ("NO", 0.008)),
              "RE": (("RE", 0.96), ("FR", 0.033))}  # fmt: skip
_PROVINCES = {"FR": (("3012874", 0.4), ("2990969", 0.25), ("3030293", 0.2), ("-1", 0.15)),
              "RE": (("935317", 0.95), ("-1", 0.05))}  # fmt: skip
# The same unknown country, as different campaigns show it.
_UNKNOWN = (None, "-1", "None")
LATE_HOURS = 16
_ON_TIME = {"country_code", "placement"}
COUNTRY_NAMES = {"FR": "France", "BE": "Belgium", "CH": "Switzerland", "NO": "Norway",
                 "RE": "Réunion"}  # fmt: skip


def late_hours(split: tuple[str, ...], kind: str) -> int:
    """Hours after which a number of a split is known; 0 when it is known as usual."""
    return LATE_HOURS if kind == "AUDIENCE" and not _ON_TIME.issuperset(split) else 0


def shares(box: Sandbox, split: tuple[str, ...], campaign: int) -> tuple[Share, ...]:
    """Values a campaign's people have in these dimensions; none when the brand has no such data."""
    return _shares(box.world.accounts, box.world.config.seed, split, campaign)


@lru_cache(maxsize=1_024)
def _shares(plan: Any, seed: int, split: tuple[str, ...], position: int) -> tuple[Share, ...]:
    campaign = plan.campaigns[position]
    country = plan.advertisers[campaign.advertiser].country
    known: dict[str, tuple[tuple[str | None, float], ...]] = {
        "gender": _GENDERS, "age": _AGES, "language": _LANGUAGES, "platform": _PLATFORMS,
        "ac": _NETWORKS, "device_brand_id": _BRANDS, "province_id": _PROVINCES[country],
        "placement": _PLACEMENTS if campaign.smart_plus else _PLACEMENTS[:1],
        "country_code": (*_COUNTRIES[country], (_UNKNOWN[position % 3], 0.007)),
    }  # fmt: skip
    if any(name not in known for name in split):
        return ()
    draw = np.random.default_rng(int(word(seed, position, *split)))
    combined = [
        (tuple(value for value, _ in parts), float(np.prod([share for _, share in parts])))
        for parts in product(*(known[name] for name in split))
    ]
    # No two campaigns reach the same people.
    tilted = np.array([share for _, share in combined]) * np.exp(
        0.2 * draw.normal(size=len(combined))
    )
    tilted /= tilted.sum()
    return tuple(
        (values, float(share)) for (values, _), share in zip(combined, tilted, strict=True)
    )


def offsets(box: Sandbox, day: int, split: tuple[str, ...]) -> F64:
    """One number in [0, 1) per ad of a day: where its roundings start."""
    draw = day_generator(box.world.config.seed, day, "audience " + " ".join(split))
    return np.asarray(draw.random(len(box.world.accounts.ads)))


def divided(whole: I64, parts: tuple[Share, ...], offset: float) -> I64:
    """Cells [metric, part] that add up to `whole` [metric] exactly."""
    edges = np.cumsum([share for _, share in parts])
    edges[-1] = 1.0
    run = np.floor(whole[:, None] * edges + offset).astype(np.int64)
    return np.asarray(np.diff(run, axis=1, prepend=0))
