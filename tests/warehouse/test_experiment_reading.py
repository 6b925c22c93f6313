"""What the models of experiments read: the list, the days and places that are known, sums."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

import pytest

from rivage import duck
from rivage.measurement.experiment import EVERYWHERE, Experiment
from rivage.measurement.holdout import Arm
from rivage.warehouse import experiments

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

ONE, TWO, THREE, FOUR = (date(2026, 9, n) for n in range(1, 5))


@pytest.fixture
def db() -> Iterator[DuckDBPyConnection]:
    with duck.connect() as connection:
        yield connection


def test_rows_of_one_scope_are_stretches_of_each_other(db: DuckDBPyConnection) -> None:
    rows = db.sql(
        """
        select
            *,
            date '2026-09-01' as pre_period_start_date, null::varchar[] as treated_geos,
            null::varchar[] as control_geos, 30 as treated_orders,
            9.5 as treated_revenue, 500 as holdout_people, 10 as holdout_orders,
            null::decimal as holdout_revenue
        from (values
            ('b', 'on_off', ['2', '1'], date '2026-09-04', date '2026-09-04', null),
            ('a', 'on_off', ['1', '2'], date '2026-09-02', date '2026-09-02', null),
            ('c', 'holdout', ['1', '2'], date '2026-09-03', date '2026-09-03', 1000)
        ) as t (
            experiment_id, kind, scope, experiment_start_date, experiment_end_date, treated_people
        )
        """
    )
    a, b, c = experiments.listed(rows)
    assert [one.experiment_id for one in (a, b, c)] == ["a", "b", "c"]
    assert set(a.stretches) == set(b.stretches) == {(TWO, TWO), (FOUR, FOUR)}
    assert (c.stretches, c.arms) == ((), (Arm(1000, 30, 9.5), Arm(500, 10, None)))
    assert a.arms is None


def test_a_day_that_one_shop_has_not_served_is_missing(db: DuckDBPyConnection) -> None:
    status = db.sql(
        "select 'shopify__orders' as stream, unnest(['x', 'y']) as account_id, "
        "date '2026-09-01' as covered_from, date '2026-09-04' as covered_to, "
        "date '2026-09-03' as horizon"
    )
    loaded = db.sql(
        "select 'shopify__orders' as stream, unnest(['x', 'y']) as account_id, "
        "date '2026-09-01' as window_start union all select 'shopify__orders', 'x', "
        "date '2026-09-02' union all select 'shopify__orders', unnest(['x', 'y']), "
        "date '2026-09-03'"
    )
    regions = db.sql("select 'FR-BRE' as region")
    geo_days = db.sql("select 'BE' as country")
    known = experiments.known(status, loaded, regions, geo_days)
    assert known is not None
    assert (known.first, known.last) == (ONE, THREE)
    assert set(known.missing) == {TWO}
    assert set(known.places) == {"FR-BRE", "BE"}
    assert experiments.known(status.filter("false"), loaded, regions, geo_days) is None


def test_sums_are_by_region_by_country_and_of_everywhere(db: DuckDBPyConnection) -> None:
    days = db.sql(
        "select date '2026-09-02' as order_date, 'FR' as country, "
        "unnest(['FR-BRE', '(unknown)']) as region, 2 as orders union all "
        "select date '2026-09-02', '(unknown)', '(unknown)', 1 union all "
        "select date '2026-09-04', 'FR', 'FR-BRE', 9"
    )
    assert experiments.amounts(days, (ONE, THREE)) == {
        ("FR-BRE", TWO): 2, ("FR", TWO): 4, ("(unknown)", TWO): 3, (EVERYWHERE, TWO): 5,
    }  # fmt: skip


def test_a_finding_is_trusted_by_the_scopes_share_of_spend(db: DuckDBPyConnection) -> None:
    spend = db.sql(
        "select 'e' as experiment_id, unnest([date '2026-09-01', '2026-09-02']) as report_date, "
        "unnest([99, 5]) as spend, unnest([99, 20]) as total_spend"
    )
    tested = Experiment("e", "geo_split", TWO, THREE, ONE)
    (found,) = experiments.findings_of(tested, (1.2, 0.3), ["TikTok Paid"], spend)
    assert (found.overlap, found.level, found.factor) == (0.25, "campaign", 1.2)
    assert experiments.findings_of(tested, None, ["TikTok Paid"], spend) == []
    other = Experiment("other", "geo_split", TWO, THREE, ONE)
    assert experiments.findings_of(other, (1.2, 0.3), ["TikTok Paid"], spend) == []
    assert experiments.spend(spend, tested) == {ONE: 99.0, TWO: 5.0}
    assert experiments.spend(spend, other) is None
