"""Turns a legal report request into rows of text (contract: tiktok.md 4.2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from sandbox.state import Sandbox
from sandbox.tiktok_ads.attribute_values import attributes
from sandbox.tiktok_ads.cube import ROWS, cube, visible_days
from sandbox.tiktok_ads.entities import Entity, entities, status_allows
from sandbox.tiktok_ads.envelope import page_info
from sandbox.tiktok_ads.metric_names import LEVEL_OF_ATTRIBUTE, NOT_ADDITIVE
from sandbox.tiktok_ads.metric_values import MetricTexts
from sandbox.tiktok_ads.report_query import ReportQuery
from sandbox.world.draws import I64

THROTTLE_HEADER = (
    "Number of ad ids is equal or more than 20k, only return the top 20k id's results, sorting by "
    "create time desc order."
)
COUNTRIES = {0: (("FR", 0.9), ("BE", 0.06), ("CH", 0.04)), 1: (("RE", 0.97), ("FR", 0.03))}


@dataclass(frozen=True)
class Line:
    """One row before its numbers are written."""

    advertiser: int
    position: int  # of the entity, -1 for none
    dimensions: dict[str, str]
    goal: str


def run_report(box: Sandbox, query: ReportQuery) -> tuple[dict[str, Any], dict[str, str]]:
    """`data` and extra headers."""
    lines: list[Line] = []
    parts: list[I64] = []
    headers: dict[str, str] = {}
    for advertiser in query.advertisers:
        ads = [ad for ad in entities(box, "ad") if ad.advertiser == advertiser]
        if len(ads) >= box.settings.tiktok_ad_truncation:
            headers["X-Tt-Ads-Throttle"] = THROTTLE_HEADER
        more, cells = _advertiser_rows(box, query, advertiser)
        lines += more
        parts.append(cells)
    cells = np.concatenate(parts, axis=1)
    order = _ordered(query, lines, cells)
    begin = (query.page - 1) * query.page_size
    shown = order[begin : begin + query.page_size]
    data: dict[str, Any] = {
        "list": _texts(box, query, [lines[n] for n in shown], cells[:, shown]),
        "page_info": page_info(query.page, query.page_size, len(lines)),
    }
    if query.totals and query.page == 1:
        data["total_metrics"] = _totals(query, lines, cells)
    return data, headers


def _members(box: Sandbox, query: ReportQuery, advertiser: int) -> list[tuple[Entity, list[int]]]:
    """Entities a report has rows for, each with the positions of its ads."""
    plan = box.world.accounts
    everything = [e for e in entities(box, query.level) if e.advertiser == advertiser]
    if query.level == "ad":
        newest = sorted(everything, key=lambda e: (e.created, e.position), reverse=True)
        keep = {e.position for e in newest[: box.settings.tiktok_ad_truncation]}
        everything = [e for e in everything if e.position in keep]
    members: dict[str, tuple[Entity, list[int]]] = {}
    for entity in everything:
        if not status_allows(query.status, entity.deleted is not None):
            continue
        if query.level == "ad":
            ads = [entity.position]
        else:
            ads = [
                n for n, ad in enumerate(plan.ads) if getattr(ad, query.level) == entity.position
            ]
        group = plan.adgroups[entity.adgroup].adgroup_id
        own = {"campaign_ids": plan.campaigns[entity.campaign].campaign_id,
               "adgroup_ids": group if query.level != "campaign" else None,
               "ad_ids": entity.entity_id, "ad_ids_v2": entity.entity_id_v2}  # fmt: skip
        if any(own[name] not in wanted for name, wanted in query.ids.items()):
            continue
        key = entity.entity_id_v2 if query.id_dimension == "ad_id_v2" else entity.entity_id
        members.setdefault(key, (entity, []))[1].extend(ads)
    return list(members.values())


def _advertiser_rows(box: Sandbox, query: ReportQuery,
                     advertiser: int) -> tuple[list[Line], I64]:  # fmt: skip
    plan = box.world.accounts
    account = plan.advertisers[advertiser]
    days = visible_days(box, account.zone, query.start, query.end)
    numbers = cube(box, account.zone, days, query.time_dimension)
    groups: list[tuple[int, str, list[int], str]] = []  # position, id, ads, goal
    if query.level == "advertiser":
        mine = [n for n, ad in enumerate(plan.ads) if ad.advertiser == advertiser]
        groups.append((-1, account.advertiser_id, mine, "WEB_CONVERSIONS"))
    else:
        for entity, ads in _members(box, query, advertiser):
            key = entity.entity_id_v2 if query.id_dimension == "ad_id_v2" else entity.entity_id
            groups.append((entity.position, key, ads, plan.campaigns[entity.campaign].objective))
        if query.id_dimension is None and groups:
            groups = [(-1, "", [ad for group in groups for ad in group[2]], "WEB_CONVERSIONS")]
    countries = COUNTRIES[advertiser] if "country_code" in query.dimensions else ((None, 1.0),)
    shares = np.cumsum([share for _, share in countries])
    lines, columns = [], []
    always = query.time_dimension is None and countries[0][0] is None
    for position, key, ads, goal in groups:
        whole = numbers.cells[:, ads, :].sum(axis=1)
        run = np.rint(whole[:, :, None] * shares).astype(np.int64)
        split = np.diff(run, axis=2, prepend=0)
        for period, label in enumerate(numbers.labels[: whole.shape[1]]):
            for nth, (country, _) in enumerate(countries):
                cell = split[:, period, nth]
                if not always and not cell.any():
                    continue
                values = {
                    "advertiser_id": account.advertiser_id,
                    "country_code": country or "",
                    query.id_dimension or "": key,
                    query.time_dimension or "": label,
                }
                dimensions = {name: values.get(name, "-") for name in query.dimensions}
                lines.append(Line(advertiser, position, dimensions, goal))
                columns.append(cell)
    cells = np.stack(columns, axis=1) if columns else np.zeros((len(ROWS), 0), dtype=np.int64)
    return lines, cells


def _ordered(query: ReportQuery, lines: list[Line], cells: I64) -> list[int]:
    natural = sorted(
        range(len(lines)),
        key=lambda n: tuple(lines[n].dimensions[name] for name in sorted(query.dimensions)),
    )
    if not query.order_field:
        return natural
    texts = MetricTexts(cells, [line.goal for line in lines], False).column(query.order_field)
    value = [float(text) if text != "-" else -1.0 for text in texts]
    return sorted(natural, key=lambda n: value[n], reverse=not query.ascending)


def _texts(box: Sandbox, query: ReportQuery, lines: list[Line], cells: I64) -> list[dict[str, Any]]:
    texts = MetricTexts(cells, [line.goal for line in lines], query.many)
    columns = {name: texts.column(name) for name in query.metrics if name not in LEVEL_OF_ATTRIBUTE}
    facts: dict[tuple[int, int], dict[str, str]] = {}
    rows = []
    wants_facts = query.many or any(name in LEVEL_OF_ATTRIBUTE for name in query.metrics)
    for n, line in enumerate(lines):
        key = (line.advertiser, line.position)
        if wants_facts and key not in facts:
            facts[key] = attributes(box, query.level, *key)
        metrics = {
            name: columns[name][n] if name in columns else facts[key][name]
            for name in query.metrics
        }
        if query.many:
            shown = ("advertiser_id", "currency", "timezone")
            metrics |= {name: facts[key][name] for name in shown}
        rows.append({"dimensions": line.dimensions, "metrics": metrics})
    return rows


def _totals(query: ReportQuery, lines: list[Line], cells: I64) -> dict[str, str]:
    goals = {line.goal for line in lines}
    total = MetricTexts(cells.sum(axis=1, keepdims=True), [min(goals, default="TRAFFIC")], False)
    return {
        name: "-" if name in NOT_ADDITIVE or name in LEVEL_OF_ATTRIBUTE else total.column(name)[0]
        for name in query.metrics
    }
