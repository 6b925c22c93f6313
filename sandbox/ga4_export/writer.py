"""Writes one day's file: numpy columns in, nested Parquet out, by temp file and rename."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from sandbox.ga4_export.events import NAMES, PATHS, day_events
from sandbox.ga4_export.schema_sql import MACROS, select
from sandbox.world import World, brand
from sandbox.world.customers import FIRST_NAMES, LAST_NAMES
from sandbox.world.origins import Origins, pack
from sandbox.world.places import PLACES, analytics_region

_SMALL_DAY = 20_000  # events
COUNTRY_NAMES = ("France", "Belgium", "Switzerland", "Réunion")


def _texts(values: list[str]) -> Any:
    return np.array(values, dtype=object)


def _campaign_text(campaign: str, medium: str) -> str:
    words = {"(none)": "(direct)", "organic": "(organic)", "referral": "(referral)"}
    return campaign or words.get(medium, "(not set)")


def _lookups() -> dict[str, dict[int, str | int]]:
    """Dictionaries of the schema: code to text."""
    return {
        "event_text": dict(enumerate(NAMES)),
        "path_text": dict(enumerate(PATHS)),
        "code_text": dict(enumerate(brand.CODES)),
        "first_name": dict(enumerate(FIRST_NAMES)),
        "last_name": dict(enumerate(LAST_NAMES)),
        "device_text": dict(enumerate(brand.DEVICES)),
        "country_text": dict(enumerate(COUNTRY_NAMES)),
        "city_text": {n: place.analytics_city for n, place in enumerate(PLACES)},
        "region_text": {n: analytics_region(n) for n in range(len(PLACES))},
        "product_id": {n: p.item_id for n, p in enumerate(brand.PRODUCTS)},
        "product_title": {n: p.title for n, p in enumerate(brand.PRODUCTS)},
        "product_category": {n: p.category for n, p in enumerate(brand.PRODUCTS)},
        "product_cents": {n: p.price_cents for n, p in enumerate(brand.PRODUCTS)},
    }


def _lookup(name: str, values: dict[int, str | int]) -> str:
    texts = {
        code: "'" + text.replace("'", "''") + "'" if isinstance(text, str) else str(text)
        for code, text in values.items()
    }
    cases = " ".join(f"when {code} then {text}" for code, text in texts.items())
    return f"create macro {name}(code) as case code {cases} end"


class EventFiles:
    """Makes event files. One thread: the same bytes for the same (seed, day, revision)."""

    def __init__(self, world: World) -> None:
        self._world, self._origins = world, Origins(world.plan)
        self._db = duckdb.connect(config={"threads": 1, "preserve_insertion_order": True})
        self._gateway = int(pack(*(np.array([n]) for n in (brand.SRC_GATEWAY, -1, 0, -1)))[0])
        for name, values in _lookups().items():
            self._db.execute(_lookup(name, values))
        self._db.execute(MACROS)
        # A small day costs more to optimise than to run.
        if world.config.events_per_day < _SMALL_DAY:
            self._db.execute("pragma disable_optimizer")

    def _origin_table(self, codes: Any) -> dict[str, Any]:
        found = [self._origins.of(int(code)) for code in codes]
        table: dict[str, Any] = {"origin": codes}
        for name in ("source", "medium", "campaign", "campaign_id", "term", "content", "query",
                     "referrer"):  # fmt: skip
            table[name] = _texts([getattr(one, name) for one in found])
        table["channel"] = _texts([one.group for one in found])
        table["campaign_text"] = _texts([_campaign_text(o.campaign, o.medium) for o in found])
        table["tagged"] = np.array([one.tagged for one in found])
        return table

    def write(self, path: Path, day: int, revision: int, until: int | None = None) -> int:
        """Write the file of a day; the number of rows.

        `until` (epoch second) makes it an intraday file: what was streamed so far.
        """
        visits, events = day_events(self._world, day, revision)
        if until is not None:
            streamed = events["micro"] < until * 1_000_000
            events = {name: values[streamed] for name, values in events.items()}
        visits["row"] = np.arange(len(visits["key"]))
        visits["draw_key"] = visits.pop("key")
        codes = np.unique(
            np.concatenate([visits["own"], visits["credit"], visits["first"], [self._gateway]])
        )
        stamp = f"{self._world.config.day(day):%Y%m%d}"
        sql = select(stamp, older=day < 3, intraday=until is not None)
        sql = sql.replace("gateway_code", str(self._gateway))
        for name, table in (("e", events), ("v", visits), ("o", self._origin_table(codes))):
            self._db.register(name, table)
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{path.name}.part")
        self._db.execute(
            f"copy ({sql}) to '{temporary}' (format parquet, compression zstd, "
            "row_group_size 100000)"
        )
        for name in ("e", "v", "o"):
            self._db.unregister(name)
        temporary.replace(path)
        return len(events["visit"])
