"""What models of experiments read from the warehouse: the team's list, known days and places."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from rivage.measurement.experiment import Experiment, Known

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection, DuckDBPyRelation

ORDERS, SPEND = "shopify__orders", "tiktok_ads__ad_daily"


def listed(experiments: DuckDBPyRelation) -> list[Experiment]:
    """The rows of stg_inputs__experiments; of each `on_off` all stretches of days of its scope."""
    rows = (
        experiments.order("experiment_id")
        .project(
            "experiment_id, kind, experiment_start_date, experiment_end_date,"
            " pre_period_start_date, treated_geos, control_geos, list_sort(scope)::varchar"
        )
        .fetchall()
    )
    stretches: dict[str, list[tuple[date, date]]] = {}
    for _, kind, start, end, *_, scope in rows:
        if kind == "on_off":
            stretches.setdefault(scope, []).append((start, end))
    return [
        Experiment(
            key, kind, start, end, before, tuple(treated or ()), tuple(control or ()),
            tuple(stretches[scope]) if kind == "on_off" else (),
        )
        for key, kind, start, end, before, treated, control, scope in rows
    ]  # fmt: skip


def known(
    status: DuckDBPyRelation, regions: DuckDBPyRelation, geo_days: DuckDBPyRelation
) -> Known | None:
    """Days and places of orders; None where no shop is connected.

    Args:
        status: ledger.stream_status.
        regions: The seed postal_regions.
        geo_days: int_experiments__geo_days.
    """
    days = served(status, ORDERS)
    if days is None:
        return None
    named = regions.project("region as place").union(geo_days.project("country as place"))
    return Known(*days, {place for (place,) in named.distinct().fetchall()})


def served(status: DuckDBPyRelation, stream: str) -> tuple[date, date] | None:
    """First and last day up to the horizon that every account of a stream has served."""
    row = (
        status.filter(f"stream = '{stream}'")
        .aggregate("max(covered_from), least(min(covered_to), max(horizon))")
        .fetchone()
    )
    return None if row is None or None in row else (row[0], row[1])


def looked_at(experiment: Experiment, known: Known) -> tuple[date, date]:
    """First and last day whose orders can matter to an experiment."""
    others = [day for stretch in experiment.stretches for day in stretch]
    before = max(experiment.pre_start or experiment.start, known.first)
    return min([before, *others]), max([experiment.end, *others])
