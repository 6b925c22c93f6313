"""Turns a legal report request into pages of text (contract: tiktok.md 4.2)."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from sandbox.state import Sandbox
from sandbox.tiktok_ads.attribute_values import attributes
from sandbox.tiktok_ads.envelope import page_info
from sandbox.tiktok_ads.filler import Filler
from sandbox.tiktok_ads.metric_names import LEVEL_OF_ATTRIBUTE, NOT_ADDITIVE
from sandbox.tiktok_ads.metric_values import MetricTexts
from sandbox.tiktok_ads.report_lines import Lines, advertiser_lines, joined_lines
from sandbox.tiktok_ads.report_query import ReportQuery

THROTTLE_HEADER = (
    "Number of ad ids is equal or more than 20k, only return the top 20k id's results, sorting by "
    "create time desc order."
)
_KEPT_REPORTS = 4


class Reports:
    """Makes reports; the lines of the last few are kept, for their next pages."""

    def __init__(self, box: Sandbox) -> None:
        self._box = box
        self._kept: OrderedDict[str, tuple[Lines, list[int]]] = OrderedDict()

    def page(self, query: ReportQuery) -> tuple[dict[str, Any], dict[str, str]]:
        """`data` of one page, and extra headers."""
        lines, order = self._report(query)
        filler = Filler(self._box, query)
        begin = (query.page - 1) * query.page_size
        end = begin + query.page_size
        total = len(order) + len(filler)
        rows = self._texts(query, lines, order[begin:end])
        rows += filler.rows(max(begin - len(order), 0), max(end - len(order), 0))
        data: dict[str, Any] = {
            "list": rows,
            "page_info": page_info(query.page, query.page_size, total),
        }
        if query.totals and query.page == 1:
            data["total_metrics"] = _totals(query, lines)
        truncated = lines.truncated or filler.truncated
        return data, {"X-Tt-Ads-Throttle": THROTTLE_HEADER} if truncated else {}

    def whole(self, query: ReportQuery) -> list[dict[str, Any]]:
        """All rows at once, as a task writes them."""
        lines, order = self._report(query)
        filler = Filler(self._box, query)
        return self._texts(query, lines, order) + filler.rows(0, len(filler))

    def _report(self, query: ReportQuery) -> tuple[Lines, list[int]]:
        box = self._box
        key = repr((replace(query, page=1, page_size=1), box.clock.epoch, box.settings,
                    box.restatements.made))  # fmt: skip
        found = self._kept.get(key)
        if found is None:
            lines = joined_lines([advertiser_lines(box, query, one) for one in query.advertisers])
            found = lines, _ordered(query, lines)
            self._kept[key] = found
            while len(self._kept) > _KEPT_REPORTS:
                self._kept.popitem(last=False)
        return found

    def _texts(
        self, query: ReportQuery, lines: Lines, shown: Sequence[int]
    ) -> list[dict[str, Any]]:
        chosen = [lines.lines[n] for n in shown]
        texts = MetricTexts(lines.cells[:, list(shown)], [line.goal for line in chosen], query.many)
        columns = {
            name: texts.column(name) for name in query.metrics if name not in LEVEL_OF_ATTRIBUTE
        }
        facts: dict[tuple[int, int], dict[str, str]] = {}
        rows = []
        wants_facts = query.many or any(name in LEVEL_OF_ATTRIBUTE for name in query.metrics)
        for n, line in enumerate(chosen):
            key = (line.advertiser, line.position)
            if wants_facts and key not in facts:
                facts[key] = attributes(self._box, query.level, *key)
            metrics = {
                name: columns[name][n] if name in columns else facts[key][name]
                for name in query.metrics
            }
            if query.many:
                shown_facts = ("advertiser_id", "currency", "timezone")
                metrics |= {name: facts[key][name] for name in shown_facts}
            rows.append({"dimensions": line.dimensions, "metrics": metrics})
        return rows


def _ordered(query: ReportQuery, lines: Lines) -> list[int]:
    natural = sorted(
        range(len(lines.lines)),
        key=lambda n: tuple(
            lines.lines[n].dimensions[name] or "" for name in sorted(query.dimensions)
        ),
    )
    if not query.order_field:
        return natural
    goals = [line.goal for line in lines.lines]
    texts = MetricTexts(lines.cells, goals, False).column(query.order_field)
    value = [float(text) if text != "-" else -1.0 for text in texts]
    return sorted(natural, key=lambda n: value[n], reverse=not query.ascending)


def _totals(query: ReportQuery, lines: Lines) -> dict[str, str]:
    goals = {line.goal for line in lines.lines}
    cells = lines.cells.sum(axis=1, keepdims=True)
    total = MetricTexts(np.asarray(cells), [min(goals, default="TRAFFIC")], False)
    return {
        name: "-" if name in NOT_ADDITIVE or name in LEVEL_OF_ATTRIBUTE else total.column(name)[0]
        for name in query.metrics
    }
