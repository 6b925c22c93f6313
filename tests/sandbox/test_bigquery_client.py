"""The vendor's own client reads every simulated table over loopback, value for value."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import duckdb
import pytest
from google.api_core.exceptions import Forbidden, NotFound
from google.cloud import bigquery
from google.cloud.bigquery.retry import DEFAULT_RETRY
from google.oauth2 import service_account

from sandbox.state import Sandbox

PROJECT = "sandbox-demo"
EXPORTED, STORY = f"{PROJECT}.analytics_417200311", f"{PROJECT}.analytics_417200321"


@pytest.fixture
def warehouse(
    box: Sandbox, server: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[bigquery.Client]:
    """A client with the key file as `sandbox serve` writes it."""
    # The login library asks a host of its own, in the background, where the account may act.
    monkeypatch.setattr(
        service_account.Credentials, "_is_regional_access_boundary_lookup_required", lambda _: False
    )
    key = dict(box.service_account, token_uri=f"{server}/token")
    credentials = service_account.Credentials.from_service_account_info(key)
    client = bigquery.Client(PROJECT, credentials, client_options={"api_endpoint": f"{server}/"})
    yield client
    client.close()


def delivered(box: Sandbox, name: str, rows: int) -> list[str]:
    """The first events of a table as the export's file has them, each as JSON, sorted."""
    day = int(name[-8:]) - 20260901
    now = box.clock.epoch
    path = (box.exports.streamed if "intraday" in name else box.exports.delivered)(day, now)
    with duckdb.connect() as db:
        found = db.execute(f"from '{path}' limit {rows}")
        names = [column[0] for column in found.description or []]
        return sorted(json.dumps(dict(zip(names, row, strict=True))) for row in found.fetchall())


def read(client: bigquery.Client, table: bigquery.Table, **options: Any) -> list[str]:
    rows = client.list_rows(table, timeout=30, **options)
    return sorted(json.dumps(dict(row.items())) for row in rows)


@pytest.mark.parametrize("retry", [DEFAULT_RETRY, None], ids=["retry", "no retry"])
def test_a_day_of_the_export_is_read_as_its_file_has_it(
    warehouse: bigquery.Client, box: Sandbox, retry: Any
) -> None:
    names = [one.table_id for one in warehouse.list_tables(EXPORTED, retry=retry, page_size=7)]
    assert len(names) == 25
    # The oldest days have an older schema; the others differ in rows alone.
    for name in ("events_20260902", "events_20260922", "events_intraday_20260924"):
        assert name in names
        table = warehouse.get_table(f"{EXPORTED}.{name}", retry=retry)
        found = read(warehouse, table, page_size=1_000, retry=retry)
        assert len(found) == table.num_rows > 100
        assert found == delivered(box, name, len(found))


def test_every_table_of_every_property_is_read_to_its_last_row(
    warehouse: bigquery.Client,
) -> None:
    seen, columns = 0, set()
    for dataset in warehouse.list_datasets():
        for listed in list(warehouse.list_tables(dataset.reference))[::9]:
            table = warehouse.get_table(listed)
            if table.table_type == "VIEW":
                continue
            rows = list(warehouse.list_rows(table, page_size=150, retry=None))
            assert len(rows) == table.num_rows, table
            assert all(len(row) == len(table.schema) for row in rows)
            columns.add(len(table.schema))
            seen += 1
    assert seen > 30
    assert len(columns) >= 4  # three schemas and that of streamed days


def test_every_type_arrives_as_itself(warehouse: bigquery.Client) -> None:
    table = warehouse.get_table(f"{STORY}.every_type")
    zero, one = sorted(warehouse.list_rows(table), key=lambda row: int(row["whole"]))[:2]
    assert (one["whole"], one["broken"], one["flag"], one["words"]) == (1, 0.125, False, "1")
    assert one["instant"].isoformat() == "2026-11-27T10:32:14.123457+00:00"
    assert one["local_time"] == datetime(2026, 11, 27, 10, 32, 14, 123457)
    assert (one["day"], one["clock"]) == (date(2026, 11, 28), time(13, 5, 7, 250_000))
    assert one["raw"] == "é1".encode()
    assert isinstance(one["money"], Decimal)
    assert (one["many"], one["numbers"]) == (["a", "b"], [1, -1])
    assert (zero["nested"], one["nested"]) == (None, {"inner": [{"deep": 1}]})


def test_refusals_arrive_as_the_client_names_them(warehouse: bigquery.Client) -> None:
    with pytest.raises(NotFound):
        warehouse.get_table(f"{EXPORTED}.events_20250101")
    with pytest.raises(Forbidden, match=r"bigquery\.jobs\.create"):
        warehouse.query("select 1", retry=None, job_retry=None)
    with pytest.raises(Forbidden):
        warehouse.delete_table(f"{EXPORTED}.events_20260910")
