"""The export's days in BigQuery: which are read, which are waited for, and what of them lands."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from rivage import pulling, stages
from rivage.connectors import configured, connect
from rivage.errors import (
    AccountUnknown,
    NotReadyYet,
    ScopeMissing,
    SettingMissing,
    UnknownStream,
    WindowClosed,
)
from rivage.landing import writer
from rivage.landing.store import Store
from rivage.streams import stream
from rivage.windows import Window
from tests.connectors.fake_bigquery import (
    DAY,
    EVENTS,
    HOME,
    PROPERTY,
    ConnectBigQuery,
    FakeBigQuery,
    FakeTable,
    error,
    event,
    record,
    scalar,
    window,
)
from tests.simulated import SALT

DENIED = (
    "Access Denied: Table shop-data:analytics_123.{0}: Permission bigquery.tables.get denied on "
    "table shop-data:analytics_123.{0} (or it may not exist)."
)


def table(day: int, rows: int = 2) -> FakeTable:
    noon = int(datetime(2026, 11, day, 11, tzinfo=UTC).timestamp()) * 1_000_000
    return FakeTable([event(n, noon, f"202611{day:02}") for n in range(rows)])


def days(*numbers: int, **more: Any) -> FakeBigQuery:
    return FakeBigQuery(**more, **{f"events_202611{n:02}": table(n) for n in numbers})


def read(connector: Any, asked: Window) -> list[Any]:
    return list(connector.pages(EVENTS, PROPERTY, asked))


def land(connector: Any, at: Path, asked: Window | None = None, hour: int = 6) -> writer.Landed:
    asked = asked or window()
    return writer.write(
        EVENTS, PROPERTY, asked, connector.pages(EVENTS, PROPERTY, asked),
        store=Store(at, at / "scratch"), salt=SALT,
        pulled_at=datetime(2026, 11, 3, hour, tzinfo=UTC),
    )  # fmt: skip


def test_only_the_daily_table_is_read(connect_bigquery: ConnectBigQuery, tmp_path: Path) -> None:
    fake = days(1)
    for name in ("events_intraday_20261101", "events_fresh_20261101", "events_backup_20261101"):
        fake.tables[name] = table(1, rows=9)
    connector = connect_bigquery(fake)
    assert [m.rows for m in land(connector, tmp_path).manifests] == [2]
    asked = {c.path for c in connector.server.calls if c.path.endswith("/data")}
    assert asked == {f"{HOME}/tables/events_20261101/data"}


def test_a_view_is_no_daily_table(connect_bigquery: ConnectBigQuery) -> None:
    fake = days(1, 2, 4)
    fake.tables["events_20261103"] = FakeTable([], kind="VIEW")
    fake.tables["events_20261399"] = table(5)
    (page,) = read(connect_bigquery(fake), window(3))
    assert page.served_to == date(2026, 11, 2)


def test_all_tables_are_seen_however_they_are_listed(connect_bigquery: ConnectBigQuery) -> None:
    start = date(2026, 8, 1)
    names = [f"events_{start + timedelta(days=n):%Y%m%d}" for n in range(63)]
    fake = FakeBigQuery(**{name: FakeTable([]) for name in reversed(names)})
    steps = list(connect_bigquery(fake).check())
    assert "63 daily tables, from 2026-08-01 to 2026-10-02" in steps[2].detail


def test_the_newest_day_is_waited_for(connect_bigquery: ConnectBigQuery) -> None:
    with pytest.raises(NotReadyYet, match="events_20261102 has not arrived") as caught:
        read(connect_bigquery(days(1)), window(2))
    assert caught.value.transient


def test_a_property_that_only_streams_is_told_what_to_switch_on(
    connect_bigquery: ConnectBigQuery,
) -> None:
    fake = FakeBigQuery(events_intraday_20261101=table(1))
    with pytest.raises(NotReadyYet, match="switch on its daily export"):
        read(connect_bigquery(fake), window())
    fake.tables["events_20261030"] = table(1)
    connector = connect_bigquery(fake)
    for after, told in ((1, "has not arrived"), (5, "only its intraday table")):
        connector._now = lambda days=after: datetime(2026, 11, 1 + days, 12, tzinfo=UTC)
        with pytest.raises(NotReadyYet, match=told):
            read(connector, window())


@pytest.mark.parametrize(
    ("day", "told"), [(1, "the oldest table is events_20261102"), (3, "later days have one")]
)
def test_a_day_that_later_ones_overtook_holds_nothing_up(
    connect_bigquery: ConnectBigQuery, tmp_path: Path, day: int, told: str, caplog: Any
) -> None:
    connector = connect_bigquery(days(2, 4))
    assert land(connector, tmp_path, window(day)).manifests == ()
    assert told in caplog.text
    assert not list(tmp_path.rglob("window=*"))


def test_a_pull_lands_every_day_that_is_there(
    connect_bigquery: ConnectBigQuery, home: Path, configure: Callable[..., Any],
    private_key: str, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    fake = days(1, 2, 4, 6)
    refused = "events_20261102"
    fake.other = lambda call: (
        error(403, "accessDenied", DENIED.format(refused)) if refused in call.path else None
    )
    connector = connect_bigquery(fake)
    settings = configure(home=home, privacy_salt=SALT)
    monkeypatch.setattr(pulling, "refuse_future", lambda *_: None)
    with pytest.raises(WindowClosed, match="20261102") as caught:
        stages.pull(EVENTS.name, PROPERTY, window(1, 7), settings, connector=connector)
    assert "Grant bigquery.tables.get to reader@shop-data" in caught.value.do
    assert caught.value.exit_code == 3
    landed = {path.parent.name[-2:] for path in home.rglob("window=*/*.json")}
    assert landed == {"01", "04", "06"}


def test_a_table_that_is_denied_and_not_listed_is_not_there(
    connect_bigquery: ConnectBigQuery,
) -> None:
    fake = days(1, 3)
    name = "events_20261102"
    fake.other = lambda call: (
        error(403, "accessDenied", DENIED.format(name)) if name in call.path else None
    )
    (page,) = read(connect_bigquery(fake), window(2))
    assert page.served_to == date(2026, 11, 1)


def test_an_edition_that_landed_is_not_read_again(
    connect_bigquery: ConnectBigQuery, tmp_path: Path
) -> None:
    fake = days(1)
    connector = connect_bigquery(fake)
    (first,) = land(connector, tmp_path).manifests
    landed = land(connector, tmp_path, hour=7)
    (again,) = landed.manifests
    assert fake.data_calls == 1
    assert landed.unchanged == 1
    assert (again.object, again.rows, again.content) == (first.object, 2, first.content)
    assert again.pulled_at > first.pulled_at
    fake.tables["events_20261101"].touch(table(1).rows[::-1])
    (relabelled,) = land(connector, tmp_path, hour=8).manifests
    assert fake.data_calls == 2  # its time moved, and it was read; its rows are the same
    assert (relabelled.object, relabelled.content) == (first.object, first.content)


def test_a_new_edition_replaces_the_day_even_when_it_is_shorter(
    connect_bigquery: ConnectBigQuery, tmp_path: Path
) -> None:
    fake = FakeBigQuery(events_20261101=table(1, rows=100))
    connector = connect_bigquery(fake)
    (first,) = land(connector, tmp_path).manifests
    fake.tables["events_20261101"].touch(table(1, rows=60).rows)
    (shorter,) = land(connector, tmp_path, hour=7).manifests
    assert (shorter.rows, shorter.notes) == (
        60, ("the new edition has 60 rows, the one before it had 100",),
    )  # fmt: skip
    assert first.object is not None
    assert (tmp_path / first.object).exists()


def test_a_damaged_object_is_read_again(connect_bigquery: ConnectBigQuery, tmp_path: Path) -> None:
    fake = days(1)
    connector = connect_bigquery(fake)
    (first,) = land(connector, tmp_path).manifests
    (tmp_path / str(first.object)).write_bytes(b"not what it was")
    land(connector, tmp_path, hour=7)
    assert fake.data_calls == 2


def test_an_empty_table_is_an_empty_day_not_a_missing_one(
    connect_bigquery: ConnectBigQuery, tmp_path: Path
) -> None:
    (manifest,) = land(connect_bigquery(FakeBigQuery(events_20261101=table(1, rows=0))),
                       tmp_path).manifests  # fmt: skip
    assert (manifest.rows, manifest.object, manifest.window_start) == (0, None, DAY)


def test_an_end_of_the_table_is_told_before_it_comes(
    connect_bigquery: ConnectBigQuery, tmp_path: Path
) -> None:
    fake = days(1)
    ends = datetime(2026, 12, 31, tzinfo=UTC)
    fake.tables["events_20261101"].more["expirationTime"] = str(int(ends.timestamp() * 1000))
    connector = connect_bigquery(fake)
    connector._now = lambda: ends - timedelta(days=5)
    (manifest,) = land(connector, tmp_path).manifests
    (note,) = manifest.notes
    assert "deletes events_20261101 soon, on 2026-12-31" in note
    assert "soon, on 2026-12-31" in list(connector.check())[3].detail


def test_numbers_that_are_none_land_as_null_and_are_counted(
    connect_bigquery: ConnectBigQuery, tmp_path: Path
) -> None:
    fake = days(1)
    rows = [list(row) for row in table(1).rows]
    rows[0][3] = [("value", (None, None, None, "NaN")), ("tax", (None, None, None, "1.5"))]
    rows[1][3] = [("value", (None, None, "-Infinity", None)), ("none", None)]
    fake.tables["events_20261101"].touch([tuple(row) for row in rows])
    (manifest,) = land(connect_bigquery(fake), tmp_path).manifests
    assert manifest.notes == ("2 values that are no finite number (NaN, Infinity) were landed as "
                              "null",)  # fmt: skip
    values = duckdb.sql(
        "select p.key, p.value from (select unnest(event_params) as p from "
        f"'{tmp_path / str(manifest.object)}')"
    ).fetchall()
    tax = {"string_value": None, "int_value": None, "float_value": None, "double_value": 1.5}
    assert values == [("value", None), ("tax", tax), ("value", None), ("none", None)]


def test_what_names_a_person_does_not_land(
    connect_bigquery: ConnectBigQuery, tmp_path: Path
) -> None:
    fake = days(1)
    link = "https://a.example/p?email=ines.petit%40mail.example"
    row = list(event())
    row[3] = [("page_location", (link, None, None, None))]
    fake.tables["events_20261101"].touch([tuple(row)])
    land(connect_bigquery(fake), tmp_path)
    (url,) = duckdb.sql(
        f"select event_params[1].value.string_value from '{tmp_path}/*/*/*/*/*.parquet'"
    ).fetchone() or ("",)
    assert url.startswith("https://a.example/p?email=")
    assert "ines" not in url
    assert not list((tmp_path / ".tmp").iterdir())


def test_the_check_names_each_step(connect_bigquery: ConnectBigQuery) -> None:
    steps = list(connect_bigquery(days(1, 2)).check())
    assert [(step.name, step.ok) for step in steps] == [
        ("token valid", True), ("dataset visible", True), ("tables found", True),
        ("rows readable", True),
    ]  # fmt: skip
    assert "shop-data.analytics_123 is in EU" in steps[1].detail
    assert "from 2026-11-01 to 2026-11-02" in steps[2].detail


def test_the_check_names_the_missing_permission(connect_bigquery: ConnectBigQuery) -> None:
    fake = days(1)
    words = DENIED.format("events_20261101").replace("tables.get", "tables.getData")
    fake.before = lambda call, number: error(403, "accessDenied", words)
    *_, last = connect_bigquery(fake).check()
    assert (last.name, last.ok) == ("rows readable", False)
    assert "Grant bigquery.tables.getData to reader@shop-data.iam" in last.detail


def test_a_dataset_that_is_not_there(connect_bigquery: ConnectBigQuery) -> None:
    fake = days(1)
    fake.other = lambda call: error(404, "notFound", "Not found: Dataset x")
    with pytest.raises(AccountUnknown, match="Dataset") as caught:
        connect_bigquery(fake).accounts()
    assert "RIVAGE_GA4_EXPORT_URL" in caught.value.do
    fake.other = lambda call: error(403, "accessDenied", "Access Denied: Dataset x: no")
    with pytest.raises(ScopeMissing) as denied:
        connect_bigquery(fake).accounts()
    assert "bigquery.tables.list to reader@" in denied.value.do


def test_the_scheme_of_the_url_chooses_the_route(
    configure: Callable[..., Any], tmp_path: Path, private_key: str
) -> None:
    with pytest.raises(SettingMissing, match="RIVAGE_GA4_CREDENTIALS"):
        connect("ga4_export", configure(ga4={"export_url": "bigquery://p1/analytics_1"}))
    for url in ("bigquery://p1", "bigquery://p1/sales", "bigquery:/p1/analytics_1"):
        with pytest.raises(SettingMissing, match="RIVAGE_GA4_EXPORT_URL"):
            connect("ga4_export", configure(ga4={"export_url": url, "credentials": "{}"}))
    own = {"credentials": "{}", "export_url": "bigquery://p1/analytics_1"}
    assert "ga4" not in configured(configure(ga4=own))
    assert "ga4_export" in configured(configure(ga4=own))
    assert "ga4" in configured(configure(ga4={**own, "property_id": "1"}))


def test_what_is_not_its_own_is_refused(connect_bigquery: ConnectBigQuery) -> None:
    connector = connect_bigquery(days(1))
    with pytest.raises(UnknownStream):
        list(connector.pages(stream("ga4__traffic_daily"), PROPERTY, window()))
    other = type(PROPERTY)("9", "9", "Europe/Paris", "")
    with pytest.raises(AccountUnknown, match="123"):
        list(connector.pages(EVENTS, other, window()))
    assert [each.id for each in connector.accounts()] == ["123"]


def test_a_record_of_nulls_is_the_same_as_none(
    connect_bigquery: ConnectBigQuery, tmp_path: Path
) -> None:
    found = set()
    for number, empty in enumerate([None, (None, None)]):
        fake = days(1)
        now = fake.tables["events_20261101"]
        now.schema = [*(now.schema or []), record("geo", scalar("city"), scalar("country"))]
        now.touch([(*row, empty) for row in now.rows])
        (manifest,) = land(connect_bigquery(fake), tmp_path / f"{number}").manifests
        found.add(manifest.content)
    assert len(found) == 1
