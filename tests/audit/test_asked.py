"""A rule is asked when what it compares is there; what a mart needs is what it reads."""

from __future__ import annotations

import pytest

from rivage.audit.asked import asked
from rivage.audit.suites import Suite, suites
from rivage.streams import all_streams
from rivage.warehouse.lineage import streams_by_model
from rivage.warehouse.marts import Mart, marts

EVERY = frozenset(all_streams())


def rule(told: str, *groups: tuple[str, ...]) -> dict[str, object]:
    return {
        "type": "x",
        "severity": "critical",
        "kwargs": {},
        "meta": {"rule": told, "asks": groups},
    }


def test_a_rule_waits_for_one_stream_of_each_group() -> None:
    both = rule("both", ("a",), ("b", "c"))
    (kept,), left = asked([Suite("m", "o", (rule("always"), both))], {"a"})
    assert [one["meta"]["rule"] for one in kept.expectations] == ["always"]
    assert [(one.table, one.rule, one.missing) for one in left] == [("m", "both", ("b or c",))]
    assert asked([Suite("m", "o", (both,))], {"a", "c"})[1] == []


def test_with_every_source_every_rule_is_asked() -> None:
    assert asked(suites(), EVERY)[1] == []


@pytest.mark.parametrize("mart", marts(), ids=lambda mart: mart.name)
def test_what_a_mart_needs_is_what_it_reads(mart: Mart) -> None:
    needed = {stream for group in mart.needs for stream in group}
    assert needed <= EVERY
    assert needed <= streams_by_model()[mart.name]


def test_a_rule_between_marts_asks_for_the_streams_of_both() -> None:
    (shares,) = (
        one
        for suite in suites()
        for one in suite.expectations
        if one["meta"]["rule"] == "spend equals the ad accounts' spend, to the cent"
    )
    assert set(shares["meta"]["asks"]) == {
        ("shopify__orders",), ("ga4_export__events", "matomo__visits"), ("tiktok_ads__ad_daily",)
    }  # fmt: skip
