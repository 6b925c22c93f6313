"""The lines of a report: which entity, period and audience each is about, and its numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from sandbox.state import Sandbox
from sandbox.tiktok_ads.audience import Share, divided, late_hours, offsets, shares
from sandbox.tiktok_ads.cube import ROWS, Cube, cube, visible_days
from sandbox.tiktok_ads.entities import Entity, entities, status_allows
from sandbox.tiktok_ads.report_query import ReportQuery
from sandbox.world.draws import I64


@dataclass(frozen=True)
class Line:
    """One row before its numbers are written."""

    advertiser: int
    position: int  # of the entity, -1 for none
    dimensions: dict[str, str | None]
    goal: str


@dataclass(frozen=True)
class Lines:
    """`cells` is [ROWS, line]; truncated when older ads were left out."""

    lines: list[Line]
    cells: I64
    truncated: bool


@dataclass(frozen=True)
class _Group:
    """What one line per period is about."""

    position: int
    key: str
    ads: list[int]
    goal: str


def joined_lines(parts: list[Lines]) -> Lines:
    """Several advertisers in one report."""
    cells = np.concatenate([part.cells for part in parts], axis=1)
    every = [line for part in parts for line in part.lines]
    return Lines(every, cells, any(part.truncated for part in parts))


def advertiser_lines(box: Sandbox, query: ReportQuery, advertiser: int) -> Lines:
    """Lines of one advertiser."""
    account = box.world.accounts.advertisers[advertiser]
    days = visible_days(box, account.zone, query.start, query.end)
    groups, truncated = _groups(box, query, advertiser)
    if query.split:
        numbers = cube(
            box, account.zone, days, "stat_time_day", late_hours(query.split, query.kind)
        )
        found = _split_lines(box, query, advertiser, groups, numbers, days)
    else:
        numbers = cube(box, account.zone, days, query.time_dimension)
        found = _plain_lines(box, query, advertiser, groups, numbers)
    lines = [line for line, _ in found]
    columns = [cell for _, cell in found]
    cells = np.stack(columns, axis=1) if columns else np.zeros((len(ROWS), 0), dtype=np.int64)
    return Lines(lines, cells, truncated)


def _considered(box: Sandbox, query: ReportQuery, advertiser: int) -> tuple[list[Entity], bool]:
    """Ads that pass the filters, cut to the newest unless a task reads them."""
    plan, filters = box.world.accounts, query.filters
    found = []
    for ad in entities(box, "ad"):
        ids = {
            "campaign_ids": plan.campaigns[ad.campaign].campaign_id,
            "adgroup_ids": plan.adgroups[ad.adgroup].adgroup_id,
            "ad_ids": ad.entity_id,
            "ad_ids_v2": ad.entity_id_v2,
        }
        if ad.advertiser == advertiser and filters.takes(plan.campaigns[ad.campaign], ids):
            found.append(ad)
    most = box.settings.tiktok_ad_truncation
    if query.is_async or len(found) < most:
        return found, False
    newest = sorted(found, key=lambda ad: (ad.created, ad.position), reverse=True)
    return newest[:most], True


def _groups(box: Sandbox, query: ReportQuery, advertiser: int) -> tuple[list[_Group], bool]:
    plan = box.world.accounts
    ads, truncated = _considered(box, query, advertiser)
    account = plan.advertisers[advertiser].advertiser_id
    if query.level == "advertiser":
        return [_Group(-1, account, [ad.position for ad in ads], "WEB_CONVERSIONS")], truncated
    members: dict[int, list[int]] = {}
    for ad in ads:
        at = ad.position if query.level == "ad" else getattr(ad, query.level)
        members.setdefault(at, []).append(ad.position)
    found: dict[str, _Group] = {}
    for entity in entities(box, query.level):
        status = query.filters.status
        if entity.position not in members:
            continue
        if status is not None and not status_allows(status, entity.deleted is not None):
            continue
        v2 = query.id_dimension == "ad_id_v2"
        key = entity.entity_id_v2 if v2 else entity.entity_id
        goal = plan.campaigns[entity.campaign].objective
        group = found.setdefault(key, _Group(entity.position, key, [], goal))
        group.ads.extend(members[entity.position])
    groups = list(found.values())
    if query.id_dimension is None and groups:
        everything = [ad for group in groups for ad in group.ads]
        groups = [_Group(-1, "", everything, "WEB_CONVERSIONS")]
    return groups, truncated


def _line(box: Sandbox, query: ReportQuery, advertiser: int, group: _Group, label: str,
          values: dict[str, str | None]) -> Line:  # fmt: skip
    known: dict[str, str | None] = {
        "advertiser_id": box.world.accounts.advertisers[advertiser].advertiser_id,
        query.id_dimension or "": group.key,
        query.time_dimension or "": label,
        **values,
    }
    dimensions = {name: known[name] for name in query.dimensions}
    return Line(advertiser, group.position, dimensions, group.goal)


def _plain_lines(box: Sandbox, query: ReportQuery, advertiser: int, groups: list[_Group],
                 numbers: Cube) -> list[tuple[Line, I64]]:  # fmt: skip
    found = []
    for group in groups:
        whole = numbers.cells[:, group.ads, :].sum(axis=1)
        for period, label in enumerate(numbers.labels[: whole.shape[1]]):
            # Rows without data exist only where no time is asked for.
            if query.time_dimension is None or whole[:, period].any():
                line = _line(box, query, advertiser, group, label, {})
                found.append((line, whole[:, period]))
    return found


def _split_lines(box: Sandbox, query: ReportQuery, advertiser: int, groups: list[_Group],
                 numbers: Cube, days: list[date]) -> list[tuple[Line, I64]]:  # fmt: skip
    """Ads and days are divided one by one, so that all levels and periods add up alike."""
    config, plan = box.world.config, box.world.accounts
    starts = [offsets(box, config.index(day), query.split) for day in days]
    found = []
    for group in groups:
        sums: dict[tuple[str, tuple[str | None, ...]], I64] = {}
        for ad in group.ads:
            parts: tuple[Share, ...] = shares(box, query.split, plan.ads[ad].campaign)
            if not parts:
                continue
            for nth in range(len(days)):
                whole = numbers.cells[:, ad, nth]
                if not whole.any():
                    continue
                label = numbers.labels[nth] if query.time_dimension else ""
                cells = divided(whole, parts, float(starts[nth][ad]))
                for at, (values, _) in enumerate(parts):
                    if cells[:, at].any():
                        key = (label, values)
                        sums[key] = sums[key] + cells[:, at] if key in sums else cells[:, at]
        for (label, values), cell in sums.items():
            named = dict(zip(query.split, values, strict=True))
            found.append((_line(box, query, advertiser, group, label, named), cell))
    return found
