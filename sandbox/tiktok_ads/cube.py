"""Report numbers as arrays [metric, entity, period], as of the simulated now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np

from sandbox.state import Sandbox
from sandbox.tiktok_ads.brand_rows import BRAND_ROWS, brand_rows
from sandbox.world import delivery
from sandbox.world.claims import CLICK, COUNTS, ENGAGED_VIEW, LONGEST_LAG, VIEW, joined
from sandbox.world.draws import I64
from sandbox.world.zones import local_date, midnight
from sandbox.world.zones import zone as zone_of

CLAIM_ROWS = (
    "page_views", "carts", "checkouts", "purchases", "value",
    "click_purchases", "click_value", "view_purchases", "view_value",
    "engaged_purchases", "engaged_value", "purchases_by_conversion_time", "double_purchases",
    "double_value",
)  # fmt: skip
ROWS = (*delivery.METRICS, *CLAIM_ROWS, *BRAND_ROWS)
ROW = {name: position for position, name in enumerate(ROWS)}


@dataclass(frozen=True)
class Cube:
    """`cells` is [ROWS, ad, period]; `labels` names the periods, account-local."""

    cells: I64
    labels: list[str]


def visible_days(box: Sandbox, zone: str, start: date | None, end: date | None) -> list[date]:
    """Account-local days of the window that have begun and lie in the world."""
    config = box.world.config
    first = max(start or config.start, config.start)
    last = min(end or date.max, box.clock.today(zone), config.day(config.days - 1))
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def hourly(box: Sandbox, zone: str, days: list[date], late_hours: int = 0) -> tuple[I64, int, I64]:
    """Cells [ROWS, ad, hour], the first hour, and the day edges as hour positions.

    Nothing is known of the last `late_hours`.
    """
    edges = np.array(
        [midnight(day, zone) // 3_600 for day in [*days, days[-1] + timedelta(days=1)]]
    )
    first, hours = int(edges[0]), int(edges[-1] - edges[0])
    cells = np.zeros((len(ROWS), len(box.world.accounts.ads), hours), dtype=np.int64)
    config, done = box.world.config, box.clock.complete_hour
    for day in range(
        config.index(local_date(first * 3_600)), config.index(local_date(edges[-1] * 3_600)) + 1
    ):
        if not box.world.covers(day) or day > box.today:
            continue
        part = box.world.delivery(day)
        begin = max(first, part.first_hour)
        stop = min(first + hours, part.first_hour + part.cells.shape[2])
        if begin < stop:
            cells[: len(delivery.METRICS), :, begin - first : stop - first] = part.cells[
                :, :, begin - part.first_hour : stop - part.first_hour
            ]
    cells[:, :, max(0, done - first) :] = 0
    # People are counted hours after impressions are.
    cells[ROW["reach_base"], :, max(0, done - box.settings.tiktok_reach_delay_hours - first) :] = 0
    cells[ROW[BRAND_ROWS[0]] :] = brand_rows(box, cells[ROW["impressions"]], first)
    _add_claims(box, cells, first, days)
    if late_hours:
        cells[:, :, max(0, done - late_hours - first) :] = 0
    if any(box.restatements.factor(day) != 1.0 for day in days):
        rewritten = [ROW["spend"], *(ROW[name] for name in CLAIM_ROWS)]
        cells[rewritten] = box.restatements.apply(cells[rewritten], days, edges - first)
    return cells, first, edges - first


def _add_claims(box: Sandbox, cells: I64, first: int, days: list[date]) -> None:
    config, hours = box.world.config, cells.shape[2]
    newest = min(config.index(days[-1]) + LONGEST_LAG + 1, box.last_day)
    window = range(max(0, config.index(days[0]) - 1), newest + 1)
    table = joined([box.world.claims(day) for day in window])
    known = table.conversion_hour < box.clock.complete_hour
    booked = known & (table.interaction_hour >= first) & (table.interaction_hour < first + hours)
    ad, hour = table.ad[booked], table.interaction_hour[booked] - first
    counts, kind = table.counts[booked], table.kind[booked]
    for position, name in enumerate(COUNTS):
        np.add.at(cells[ROW[name]], (ad, hour), counts[:, position])
    for wanted, name in ((CLICK, "click"), (VIEW, "view"), (ENGAGED_VIEW, "engaged")):
        rows = kind == wanted
        np.add.at(cells[ROW[f"{name}_purchases"]], (ad[rows], hour[rows]), counts[rows, 3])
        np.add.at(cells[ROW[f"{name}_value"]], (ad[rows], hour[rows]), counts[rows, 4])
    now = known & (table.conversion_hour >= first) & (table.conversion_hour < first + hours)
    np.add.at(
        cells[ROW["purchases_by_conversion_time"]],
        (table.ad[now], table.conversion_hour[now] - first),
        table.counts[now, 3],
    )


def cube(
    box: Sandbox, zone: str, days: list[date], time_dimension: str | None, late_hours: int = 0
) -> Cube:
    """Numbers of a window by ad, and by day or hour when asked for."""
    if not days:
        empty = np.zeros((len(ROWS), len(box.world.accounts.ads), 0), dtype=np.int64)
        return Cube(empty if time_dimension else empty.sum(axis=2, keepdims=True), [""])
    cells, first, edges = hourly(box, zone, days, late_hours)
    if time_dimension == "stat_time_day":
        daily = np.add.reduceat(cells, edges[:-1], axis=2)
        return Cube(daily, [f"{day.isoformat()} 00:00:00" for day in days])
    if time_dimension == "stat_time_hour":
        return _by_hour(cells, first, zone, days[0])
    return Cube(cells.sum(axis=2, keepdims=True), [""])


def _by_hour(cells: I64, first: int, zone: str, day: date) -> Cube:
    # The hour that autumn repeats is one label.
    clock = [
        datetime.fromtimestamp((first + n) * 3_600, tz=zone_of(zone)).hour
        for n in range(cells.shape[2])
    ]
    labels = sorted(set(clock))
    merged = np.zeros((*cells.shape[:2], len(labels)), dtype=np.int64)
    for position, hour in enumerate(clock):
        merged[:, :, labels.index(hour)] += cells[:, :, position]
    return Cube(merged, [f"{day.isoformat()} {hour:02d}:00:00" for hour in labels])
