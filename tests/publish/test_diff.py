"""What changed in a closed period between two published versions, to the cent."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import duckdb
import pytest
from typer.testing import CliRunner

from rivage.audit.document import Audit
from rivage.cli import app
from rivage.errors import OptionInvalid
from rivage.publish.diff import Change, Total, chosen, diff
from rivage.publish.publish import publish
from rivage.publish.versions import file_of
from rivage.settings import Settings
from rivage.warehouse.candidate import Candidate
from rivage.windows import Window
from tests.publish.test_publish import OPS_VERSIONS

PERIOD = Window(date(2026, 9, 1), date(2026, 9, 30))
SEPTEMBER = """
    (date '2026-08-31', 'Email', 'linear', 1, 10.00),
    (date '2026-09-01', 'Email', 'linear', 1, 20.00),
    (date '2026-09-01', 'Direct', 'last_touch', 2, 30.00)
"""
RESTATED = """
    (date '2026-08-31', 'Email', 'linear', 9, 90.00),
    (date '2026-09-01', 'Email', 'linear', 1, 20.01),
    (date '2026-09-01', 'Direct', 'last_touch', 2, 30.00),
    (date '2026-09-30', 'Direct', 'last_touch', 1, 5.00)
"""


def release(at: Settings, number: int, rows: str, *more: str) -> str:
    """Publish a candidate whose attr_channel_daily holds the rows; returns the version."""
    at.home.mkdir(parents=True, exist_ok=True)
    at.candidate.unlink(missing_ok=True)
    with duckdb.connect(str(at.candidate)) as db:
        db.execute(
            "create table attr_channel_daily as select report_date, channel, model, "
            "orders::decimal(18, 6) as orders, gross_revenue::decimal(18, 4) as gross_revenue "
            f"from (values {rows}) as rows (report_date, channel, model, orders, gross_revenue)"
        )
        for statement in (OPS_VERSIONS, *more):
            db.execute(statement)
    build_id = f"{number:012x}"
    Candidate(build_id, "2026-09-30", "p", [], 3).write(at)
    Audit(build_id, "pass", datetime.now(UTC), "2026-09-30", None, 1, 0.1, [], []).write(at)
    return publish(at)[0].version


@pytest.fixture
def at(home: object) -> Settings:
    return Settings(keep_versions=3)


def test_a_period_is_compared_row_by_row_and_total_by_total(at: Settings) -> None:
    old, new = release(at, 1, SEPTEMBER), release(at, 2, RESTATED)
    found = diff(at, PERIOD, chosen(at, old), chosen(at, new))
    # August changed as well, and is not asked about. 20.00 became 20.01: one row gone, one new.
    assert found == [
        Change("attr_channel_daily", 2, 3, 2, 1, (
            Total("last_touch", "orders", Decimal(2), Decimal(3)),
            Total("last_touch", "gross_revenue", Decimal(30), Decimal(35)),
            Total("linear", "gross_revenue", Decimal(20), Decimal("20.01")),
        ))
    ]  # fmt: skip
    assert [total.delta for total in found[0].totals] == [1, 5, Decimal("0.01")]
    assert diff(at, PERIOD, chosen(at, new), chosen(at, old))[0].added == 1


def test_two_versions_of_one_content_differ_in_nothing(at: Settings) -> None:
    old, new = release(at, 1, SEPTEMBER), release(at, 2, SEPTEMBER)
    (same,) = diff(at, PERIOD, chosen(at, old), chosen(at, new))
    assert not same.is_changed
    assert same.totals == ()


def test_a_mart_that_one_version_lacks_is_wholly_new(at: Settings) -> None:
    made = (
        "create table kpi_shop_daily as select date '2026-09-02' as report_date, 'w' as channel, "
        "'s' as shop_id, 3::bigint as orders"
    )
    old, new = release(at, 1, SEPTEMBER), release(at, 2, SEPTEMBER, made)
    found = {change.table: change for change in diff(at, PERIOD, chosen(at, old), chosen(at, new))}
    assert (found["kpi_shop_daily"].rows_before, found["kpi_shop_daily"].added) == (0, 1)
    assert found["kpi_shop_daily"].totals == (Total("", "orders", None, Decimal(3)),)


def test_a_version_is_named_or_the_one_of_a_day_or_the_live_one(at: Settings) -> None:
    old, new = release(at, 1, SEPTEMBER), release(at, 2, RESTATED)
    today = datetime.now(UTC).date()
    live = chosen(at, None)
    assert live.version == new
    assert chosen(at, None, live).version == old
    assert chosen(at, str(today)).version == new
    assert chosen(at, old).version == old


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        ("2020-01-01", "by the end of 2020-01-01"),
        ("marts_none", "neither a version nor a day"),
        ("2026-13-01", "neither a version nor a day"),
    ],
)
def test_a_version_that_never_was_is_named(at: Settings, wanted: str, told: str) -> None:
    release(at, 1, SEPTEMBER)
    with pytest.raises(OptionInvalid, match=told):
        chosen(at, wanted)


def test_without_a_second_version_there_is_nothing_to_compare(at: Settings) -> None:
    with pytest.raises(OptionInvalid, match="Nothing is published"):
        chosen(at, None)
    only = chosen(at, release(at, 1, SEPTEMBER))
    with pytest.raises(OptionInvalid, match="no earlier version"):
        chosen(at, None, only)
    with pytest.raises(OptionInvalid, match="nothing can differ"):
        diff(at, PERIOD, only, only)


def test_a_version_whose_file_is_gone_says_so(at: Settings) -> None:
    old = release(at, 1, SEPTEMBER)
    release(at, 2, RESTATED)
    file_of(at, old).unlink()
    with pytest.raises(OptionInvalid, match="no longer kept"):
        chosen(at, old)


@pytest.mark.parametrize("table", ["attr_chanel_daily", "dim_ad"])
def test_a_mart_without_days_or_with_a_wrong_name_is_refused(at: Settings, table: str) -> None:
    old, new = release(at, 1, SEPTEMBER), release(at, 2, RESTATED)
    with pytest.raises(OptionInvalid, match=f"{table}.* no mart with days"):
        diff(at, PERIOD, chosen(at, old), chosen(at, new), table)


def test_the_command_prints_json_for_machines(at: Settings) -> None:
    old, new = release(at, 1, SEPTEMBER), release(at, 2, RESTATED)
    asked = ["diff", "attr_channel_daily", "--from", "2026-09-01", "--to", "2026-09-30"]
    done = CliRunner().invoke(app, [*asked, "--json"])
    assert done.exit_code == 0, done.output
    told = json.loads(done.output)
    assert (told["before"], told["after"]) == (old, new)
    assert told["tables"][0]["totals"][-1] == {
        "of": "linear", "metric": "gross_revenue", "before": "20", "after": "20.01",
        "delta": "0.01",
    }  # fmt: skip
    shown = CliRunner().invoke(app, asked)
    assert "20.01" in shown.output
