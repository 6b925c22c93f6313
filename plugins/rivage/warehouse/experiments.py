"""What models of experiments read from the warehouse: the team's list, known days and places."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from rivage import duck
from rivage.measurement.channel_factors import Finding
from rivage.measurement.experiment import EVERYWHERE, Experiment, Known
from rivage.measurement.holdout import Arm

if TYPE_CHECKING:
    from duckdb import DuckDBPyRelation

ORDERS, SPEND = "shopify__orders", "tiktok_ads__ad_daily"


def listed(experiments: DuckDBPyRelation) -> list[Experiment]:
    """The rows of stg_inputs__experiments; of each `on_off` all stretches of days of its scope."""
    rows = (
        experiments.order("experiment_id")
        .project(
            "experiment_id, kind, experiment_start_date, experiment_end_date,"
            " pre_period_start_date, treated_geos, control_geos, list_sort(scope)::varchar,"
            " treated_people, treated_orders, treated_revenue::double, holdout_people,"
            " holdout_orders, holdout_revenue::double"
        )
        .fetchall()
    )
    stretches: dict[str, list[tuple[date, date]]] = {}
    for _, kind, start, end, _, _, _, scope, *_ in rows:
        if kind == "on_off":
            stretches.setdefault(scope, []).append((start, end))
    return [
        Experiment(
            key, kind, start, end, before, tuple(treated or ()), tuple(control or ()),
            tuple(stretches[scope]) if kind == "on_off" else (),
            (Arm(*counts[:3]), Arm(*counts[3:])) if counts[0] is not None else None,
        )
        for key, kind, start, end, before, treated, control, scope, *counts in rows
    ]  # fmt: skip


def known(
    status: DuckDBPyRelation,
    loaded: DuckDBPyRelation,
    regions: DuckDBPyRelation,
    geo_days: DuckDBPyRelation,
) -> Known | None:
    """Days and places of orders; None where no shop is connected.

    Args:
        status: ledger.stream_status.
        loaded: ledger.loaded_windows.
        regions: The seed postal_regions.
        geo_days: int_experiments__geo_days.
    """
    days = served(status, ORDERS)
    if days is None:
        return None
    named = regions.project("region as place").union(geo_days.project("country as place"))
    places = {place for (place,) in named.distinct().fetchall()}
    shops = status.filter(f"stream = '{ORDERS}'").aggregate("count(*)").fetchone()
    whole = (
        loaded.filter(f"stream = '{ORDERS}'")
        .aggregate("window_start, count(distinct account_id) as shops")
        .filter(f"shops = {shops[0] if shops else 0}")
    )
    there = {day for day, _ in whole.fetchall()}
    span = (days[0] + timedelta(n) for n in range((days[1] - days[0]).days + 1))
    return Known(*days, places, frozenset(day for day in span if day not in there))


def served(status: DuckDBPyRelation, stream: str) -> tuple[date, date] | None:
    """First and last day up to the horizon that every account of a stream has served."""
    row = (
        status.filter(f"stream = '{stream}'")
        .aggregate("max(covered_from), least(min(covered_to), max(horizon))")
        .fetchone()
    )
    return None if row is None or None in row else (row[0], row[1])


def amounts(
    days: DuckDBPyRelation, span: tuple[date, date], column: str = "orders", where: str = "true"
) -> dict[tuple[str, date], float]:
    """Sums of a column by place and day: of each region, each country, and of everywhere.

    Args:
        days: Rows with order_date, country, region and the column.
        span: First and last day.
    """
    rows = days.filter(f"order_date between '{span[0]}' and '{span[1]}' and {where}").query(
        "cells",
        f"select place, order_date, sum({column})::double from (select *, unnest("
        f"list_distinct([country, region, '{EVERYWHERE}'])) as place from cells) group by all",
    )
    return {(place, day): amount for place, day, amount in rows.fetchall()}


def spend(days: DuckDBPyRelation, experiment: Experiment) -> dict[date, float] | None:
    """Spend of an experiment's scope by day; None where the scope names no campaign.

    Args:
        days: int_experiments__spend_days.
    """
    own = days.filter(f"experiment_id = {duck.literal(experiment.experiment_id)}")
    return dict(own.project("report_date, spend::double").fetchall()) or None


def findings_of(
    experiment: Experiment,
    factor: tuple[float, float] | None,
    channels: list[str],
    spend_days: DuckDBPyRelation,
) -> list[Finding]:
    """What an experiment's factor and deviation say of the channels its spend feeds.

    The overlap is the scope's share of all spend on the experiment's days; the places of a geo test
    stand for the whole market. Without any spend nothing was tested.
    """
    own = spend_days.filter(
        f"experiment_id = {duck.literal(experiment.experiment_id)} "
        f"and report_date between '{experiment.start}' and '{experiment.end}'"
    )
    row = own.aggregate("sum(spend)::double / nullif(sum(total_spend), 0)").fetchone()
    overlap = row[0] if row else None
    if not factor or not overlap:
        return []
    # All of TikTok's campaigns are its channel; some of them tell less of it.
    level = "channel" if overlap >= 1 else "campaign"
    return [
        Finding(channel, *factor, experiment.start, experiment.end, level, overlap)
        for channel in channels
    ]
