"""One table of BigQuery is read whole, of one edition, at any page size and through every fault."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from rivage.connectors.base import Edition, Files
from rivage.errors import (
    BadRequest,
    NotReadyYet,
    QuotaExhausted,
    RivageError,
    ScopeMissing,
    ServerFailed,
    TokenExpired,
    WindowClosed,
)
from rivage.windows import Window
from tests.connectors.fake_bigquery import (
    EVENTS,
    PROPERTY,
    ConnectBigQuery,
    FakeBigQuery,
    FakeTable,
    error,
    event,
    page,
    record,
    scalar,
    window,
)
from tests.connectors.loopback import Call, Reply

NAME = "events_20261101"


def day_of(count: int, **more: Any) -> FakeBigQuery:
    return FakeBigQuery(**more, **{NAME: FakeTable([event(n) for n in range(count)])})


def fetch(connector: Any, at: Path) -> Files:
    (edition,) = connector.pages(EVENTS, PROPERTY, window())
    assert isinstance(edition, Edition)
    at.mkdir(exist_ok=True)
    return edition.fetch(at)


def ids(files: Files) -> list[int]:
    paths = [str(path) for path in files.paths]
    found = duckdb.sql(f"select event_bundle_sequence_id from read_parquet({paths})").fetchall()
    return [number for (number,) in found]


@pytest.mark.parametrize(("rows", "per_page"), [(10, 3), (9, 3), (1, 1), (2137, 137)])
def test_every_page_is_read_however_short(
    connect_bigquery: ConnectBigQuery, tmp_path: Path, rows: int, per_page: int
) -> None:
    fake = day_of(rows, per_page=per_page)
    files = fetch(connect_bigquery(fake), tmp_path / "out")
    assert ids(files) == list(range(rows))
    assert fake.data_calls == -(-rows // per_page)


def test_an_empty_token_ends_the_table(connect_bigquery: ConnectBigQuery, tmp_path: Path) -> None:
    fake = day_of(2)
    fake.before = lambda call, number: Reply(page([event(0), event(1)], 2, ""))
    assert ids(fetch(connect_bigquery(fake), tmp_path / "out")) == [0, 1]
    assert fake.data_calls == 1


def test_a_page_without_rows_is_not_the_end(
    connect_bigquery: ConnectBigQuery, tmp_path: Path
) -> None:
    fake = day_of(2)
    pages = [page([event(0)], 2, "a"), page([], 2, "b"), page([event(1)], 2, None)]
    fake.before = lambda call, number: Reply(pages[number - 1])
    assert ids(fetch(connect_bigquery(fake), tmp_path / "out")) == [0, 1]


def test_the_same_token_twice_is_an_error_not_a_loop(
    connect_bigquery: ConnectBigQuery, tmp_path: Path
) -> None:
    fake = day_of(2)
    fake.before = lambda call, number: Reply(page([], 2, "a"))
    with pytest.raises(ServerFailed, match="do not end"):
        fetch(connect_bigquery(fake), tmp_path / "out")
    assert fake.data_calls == 2


def test_a_table_without_rows_is_an_empty_day(
    connect_bigquery: ConnectBigQuery, tmp_path: Path
) -> None:
    files = fetch(connect_bigquery(day_of(0)), tmp_path / "out")
    assert ids(files) == []
    assert len(files.paths) == 1


def test_a_rewrite_between_pages_is_never_mixed(
    connect_bigquery: ConnectBigQuery, tmp_path: Path
) -> None:
    fake = day_of(6, per_page=2)

    def rewrite(call: Call, number: int) -> None:
        if number == 3:  # as many rows and bytes, other values
            fake.tables[NAME].touch([event(n) for n in range(100, 106)])

    fake.before = rewrite
    files = fetch(connect_bigquery(fake), tmp_path / "out")
    assert ids(files) == list(range(100, 106))
    (edition,) = connect_bigquery(fake).pages(EVENTS, PROPERTY, window())
    assert files.version == edition.version


def test_a_table_that_keeps_moving_is_left(
    connect_bigquery: ConnectBigQuery, tmp_path: Path
) -> None:
    fake = day_of(2)
    fake.before = lambda call, number: fake.tables[NAME].touch()
    with pytest.raises(NotReadyYet, match="being rewritten") as caught:
        fetch(connect_bigquery(fake), tmp_path / "out")
    assert caught.value.transient
    assert fake.data_calls == 3


@pytest.mark.parametrize("extra", [[event(0)], [event(0)[:-1]]])
def test_rows_repeated_or_of_another_width_start_the_table_again(
    connect_bigquery: ConnectBigQuery, tmp_path: Path, extra: list[Any]
) -> None:
    fake = day_of(2)
    first = Reply(page([event(0), *extra, event(1)], 2, None))
    fake.before = lambda call, number: first if number == 1 else None
    assert ids(fetch(connect_bigquery(fake), tmp_path / "out")) == [0, 1]
    assert fake.data_calls == 2


def test_a_page_token_that_went_stale_starts_the_table_again(
    connect_bigquery: ConnectBigQuery, tmp_path: Path
) -> None:
    fake = day_of(4, per_page=2)
    stale = error(400, "invalid", "Invalid page token")
    fake.before = lambda call, number: stale if number == 2 else None
    assert ids(fetch(connect_bigquery(fake), tmp_path / "out")) == [0, 1, 2, 3]


@pytest.mark.parametrize(
    "fault",
    [
        Reply({"error": {"code": 504, "message": "timeout"}}, 504),
        error(503, "serviceUnavailable", "try later"),
        error(400, "tableUnavailable", "not ready"),
        error(403, "rateLimitExceeded", "Exceeded rate limits: tabledata.list"),
        Reply(b"<html>502</html>", 502),
        Reply(page([event(0)], 4, "2"), cut=40),
        Reply(json.dumps(page([event(0)], 4, "2")).encode()[:-9]),
        Reply(b""),
        Reply(b"{}"),
        Reply(b"\xff\xfe"),
        Reply(reset=True),
    ],
)
def test_a_fault_at_a_page_costs_no_row(
    connect_bigquery: ConnectBigQuery, tmp_path: Path, fault: Reply
) -> None:
    fake = day_of(4, per_page=2)
    fake.before = lambda call, number: fault if number == 2 else None
    assert ids(fetch(connect_bigquery(fake), tmp_path / "out")) == [0, 1, 2, 3]
    assert fake.data_calls == 3


def test_retry_after_is_honoured(
    connect_bigquery: ConnectBigQuery, tmp_path: Path, slept: list[float]
) -> None:
    fake = day_of(1)
    busy = error(429, "", "slow down", headers={"Retry-After": "7"})
    fake.before = lambda call, number: busy if number == 1 else None
    fetch(connect_bigquery(fake), tmp_path / "out")
    assert slept
    assert slept[0] >= 7


@pytest.mark.parametrize("status", [403, 429])
def test_a_used_up_quota_is_waited_for_and_the_page_not_lost(
    connect_bigquery: ConnectBigQuery, tmp_path: Path, slept: list[float], status: int
) -> None:
    fake = day_of(4, per_page=2)
    spent = error(status, "quotaExceeded", "Quota exceeded: tabledata.list bytes")
    fake.before = lambda call, number: spent if number == 2 else None
    assert ids(fetch(connect_bigquery(fake), tmp_path / "out")) == [0, 1, 2, 3]
    assert slept == [600.0]
    fake.before = lambda call, number: spent
    with pytest.raises(QuotaExhausted):
        fetch(connect_bigquery(fake), tmp_path / "out")
    assert slept == [600.0] * 4


def test_pages_that_are_too_large_are_halved(
    connect_bigquery: ConnectBigQuery, tmp_path: Path
) -> None:
    fake = day_of(3)
    fake.before = lambda call, number: (
        error(403, "responseTooLarge", "Response too large") if fake.sizes[-1] > 600 else None
    )
    assert ids(fetch(connect_bigquery(fake), tmp_path / "out")) == [0, 1, 2]
    assert fake.sizes == [2000, 1000, 500]


def test_a_token_that_ends_inside_a_table_is_renewed(
    connect_bigquery: ConnectBigQuery, tmp_path: Path
) -> None:
    fake = day_of(6, per_page=2)

    def expire(call: Call, number: int) -> None:
        if number == 1:
            fake.valid = "another"

    fake.before = expire
    connector = connect_bigquery(fake)
    assert ids(fetch(connector, tmp_path / "out")) == list(range(6))
    assert fake.tokens == 2


def test_a_revoked_key_is_tried_twice_at_most(connect_bigquery: ConnectBigQuery) -> None:
    fake = day_of(1)
    fake.other = lambda call: error(401, "authError", "Invalid credentials")
    connector = connect_bigquery(fake)
    with pytest.raises(TokenExpired):
        list(connector.pages(EVENTS, PROPERTY, window()))
    assert fake.tokens == 2
    fake.token_reply = Reply({"token_type": "Bearer"})
    with pytest.raises(ScopeMissing, match=r"access token") as caught:
        connect_bigquery(fake).accounts()
    assert "bigquery.readonly" in caught.value.do


def test_the_scope_reads_only_and_no_job_is_started(
    connect_bigquery: ConnectBigQuery, tmp_path: Path
) -> None:
    connector = connect_bigquery(day_of(1))
    fetch(connector, tmp_path / "out")
    calls = connector.server.calls
    asked = next(call for call in calls if call.path == "/token").body.decode()
    claims = _claims(asked)
    assert claims["scope"] == "https://www.googleapis.com/auth/bigquery.readonly"
    assert {call.method for call in calls if call.path != "/token"} == {"GET"}
    assert not [call for call in calls if "/jobs" in call.path or "/queries" in call.path]


def _claims(form: str) -> dict[str, Any]:
    import base64
    from urllib.parse import parse_qs

    part = parse_qs(form)["assertion"][0].split(".")[1]
    return dict(json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))))


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("Access Denied: Table a:b.c: Permission bigquery.tables.getData denied on table a:b.c "
         "(or it may not exist).", "bigquery.tables.getData to reader@shop-data"),
        ("Access Denied: row access policies on the table", "filter TRUE"),
        ("Access Denied: User has neither fine-grained reader nor masked get permission to get "
         "data protected by policy tag t on column user_id.", "column user_id"),
    ],
)  # fmt: skip
def test_a_refusal_says_who_lacks_what(
    connect_bigquery: ConnectBigQuery, tmp_path: Path, message: str, told: str
) -> None:
    fake = day_of(1)
    fake.before = lambda call, number: error(403, "accessDenied", message)
    with pytest.raises(WindowClosed) as caught:
        fetch(connect_bigquery(fake), tmp_path / "out")
    assert told in caught.value.do


@pytest.mark.parametrize(
    ("reason", "told"), [("accessNotConfigured", "Enable the BigQuery API"),
                         ("billingNotEnabled", "billing")],
)  # fmt: skip
def test_a_project_that_is_not_ready_says_so(
    connect_bigquery: ConnectBigQuery, reason: str, told: str
) -> None:
    fake = day_of(1)
    fake.other = lambda call: error(403, reason, "x")
    with pytest.raises(ScopeMissing) as caught:
        connect_bigquery(fake).accounts()
    assert told in caught.value.do


def hours(shift: int) -> Iterator[tuple[Any, ...]]:
    midnight = int(datetime(2026, 10, 31, 23, tzinfo=UTC).timestamp())  # of 1 November in Paris
    for hour in range(24):
        yield event(hour, (midnight + (hour + shift) * 3600) * 1_000_000)


@pytest.mark.parametrize(("shift", "sound"), [(0, True), (1, True), (9, False), (-9, False)])
def test_a_zone_that_is_not_the_propertys_is_seen(
    connect_bigquery: ConnectBigQuery, tmp_path: Path, shift: int, sound: bool
) -> None:
    connector = connect_bigquery(FakeBigQuery(**{NAME: FakeTable(list(hours(shift)))}))
    if sound:
        assert len(ids(fetch(connector, tmp_path / "out"))) == 24
        return
    with pytest.raises(BadRequest, match=r"62% .* in Europe/Paris") as caught:
        fetch(connector, tmp_path / "out")
    assert "RIVAGE_REPORTING_TIMEZONE" in caught.value.do


def test_a_day_of_25_hours_is_one_day(connect_bigquery: ConnectBigQuery, tmp_path: Path) -> None:
    start = int(datetime(2026, 10, 24, 22, tzinfo=UTC).timestamp())
    rows = [event(n, (start + n * 3600) * 1_000_000, "20261025") for n in range(25)]
    connector = connect_bigquery(FakeBigQuery(events_20261025=FakeTable(rows)))
    october = Window(date(2026, 10, 25), date(2026, 10, 25))
    (edition,) = connector.pages(EVENTS, PROPERTY, october)
    (tmp_path / "out").mkdir()
    assert len(ids(edition.fetch(tmp_path / "out"))) == 25


def test_cells_become_typed_values_by_the_tables_own_schema(
    connect_bigquery: ConnectBigQuery, tmp_path: Path
) -> None:
    extra = [
        scalar("big", "INT64"), scalar("money", "FLOAT64"), scalar("small", "FLOAT"),
        scalar("yes", "BOOL"), scalar("no", "BOOLEAN"), scalar("text"), scalar("index"),
        scalar("at", "TIMESTAMP"), scalar("of_tomorrow", "RANGE"),
        record("empty", scalar("a"), scalar("b")), record("absent", scalar("a")),
        {"name": "tags", "type": "STRING", "mode": "REPEATED"},
        record("items", scalar("id"), record("params", scalar("key"), repeated=True),
               repeated=True),
    ]  # fmt: skip
    values = ("9223372036854775807", "12.5", "1.0E-4", "true", "false", "", "03",
              "1793530800123457", "x", (None, None), None, ["a", "b"],
              [("i1", [("k",)]), ("i2", [])])  # fmt: skip
    fake = day_of(0)
    table = fake.tables[NAME]
    table.schema = [*extra, *(table.schema or [])]
    table.touch([(*values, *event(7))])
    files = fetch(connect_bigquery(fake), tmp_path / "out")
    row = duckdb.sql(f"select * from '{files.paths[0]}'").fetchone()
    assert row is not None
    assert row[:7] == (9223372036854775807, 12.5, 0.0001, True, False, "", "03")
    assert row[7].timestamp() == 1793530800.123457
    assert row[8:13] == (
        "x", {"a": None, "b": None}, None, ["a", "b"],
        [{"id": "i1", "params": [{"key": "k"}]}, {"id": "i2", "params": []}],
    )  # fmt: skip
    assert row[13:16] == ("20261101", 1793530800000007, "page_view")
    assert row[17] == "7.1795000000"


def test_one_target_type_for_a_flag_that_changed_its_type(
    connect_bigquery: ConnectBigQuery, tmp_path: Path
) -> None:
    found = []
    for number, (kind, value) in enumerate([("BOOLEAN", "true"), ("STRING", "No")]):
        fake = day_of(0)
        table = fake.tables[NAME]
        device = record("device", scalar("is_limited_ad_tracking", kind))
        table.schema = [device, *(table.schema or [])]
        table.touch([((value,), *event(7))])
        files = fetch(connect_bigquery(fake), tmp_path / f"out{number}")
        found += duckdb.sql(f"select device.* from '{files.paths[0]}'").fetchall()
    assert found == [("Yes",), ("No",)]


def test_a_value_of_another_type_is_not_quoted(
    connect_bigquery: ConnectBigQuery, tmp_path: Path
) -> None:
    fake = day_of(1)
    fake.tables[NAME].touch([(*event(1)[:-1], "ines@mail.example")])
    with pytest.raises(RivageError, match="not of the type") as caught:
        fetch(connect_bigquery(fake), tmp_path / "out")
    assert "ines" not in f"{caught.value}{caught.value.__cause__}"
