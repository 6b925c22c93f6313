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

from sandbox.bigquery.story import properties
from sandbox.bigquery.tables import Table
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


@pytest.mark.parametrize(
    ("tables", "retry"),
    [
        # The oldest days have an older schema; the others differ in rows alone.
        (["events_20260902"], None),
        (["events_20260922", "events_intraday_20260924"], DEFAULT_RETRY),
    ],
    ids=["no retry", "retry"],
)
def test_a_day_of_the_export_is_read_as_its_file_has_it(
    warehouse: bigquery.Client, box: Sandbox, tables: list[str], retry: Any
) -> None:
    names = [one.table_id for one in warehouse.list_tables(EXPORTED, retry=retry, page_size=7)]
    assert len(names) == 25
    for name in tables:
        assert name in names
        table = warehouse.get_table(f"{EXPORTED}.{name}", retry=retry)
        found = read(warehouse, table, page_size=1_000, retry=retry)
        assert len(found) == table.num_rows > 100
        assert found == delivered(box, name, len(found))


def source_of(table: Table) -> list[str]:
    """The rows of a made table as its own query gives them, each as JSON, sorted."""
    if table.content is None:
        raise ValueError("a view has no rows")
    rows = table.content().rows
    with duckdb.connect() as db:
        found = db.execute(rows.between(0, rows.count))
        names = [column[0] for column in found.description or []]
        return sorted(json.dumps(dict(zip(names, row, strict=True))) for row in found.fetchall())


SAMPLE = {
    # Three schemas, an empty day, a text larger than a page, a streamed day; others' tables.
    "analytics_417200321": (
        "events_20260325", "events_20260425", "events_20260920", "events_20260409",
        "events_20260519", "events_intraday_20260924", "events_backup_20260923",
        "events_20261399", "pseudonymous_users_20260923",
    ),
    "analytics_417200322": ("events_intraday_20260901",),
    "analytics_417200323": ("events_20260901",),
}  # fmt: skip


def test_made_tables_are_read_as_they_were_made(warehouse: bigquery.Client, box: Sandbox) -> None:
    made = {
        one.dataset: {table.id: table for table in one.tables(box.clock.epoch)}
        for one in properties(box.world.config.start)
    }
    assert set(made) < {one.dataset_id for one in warehouse.list_datasets()}
    for dataset, names in SAMPLE.items():
        listed = {one.table_id: one for one in warehouse.list_tables(f"{PROJECT}.{dataset}")}
        assert set(listed) == set(made[dataset])
        for name in names:
            table = warehouse.get_table(listed[name])
            found = read(warehouse, table, page_size=150, retry=None)
            assert len(found) == table.num_rows
            assert found == source_of(made[dataset][name]), name


def test_every_table_can_be_opened_by_its_name(warehouse: bigquery.Client, box: Sandbox) -> None:
    box.settings.bigquery_volume_rows = 10
    for dataset in warehouse.list_datasets():
        for listed in list(warehouse.list_tables(dataset.reference))[::15]:
            table = warehouse.get_table(listed)
            assert table.table_type == listed.table_type
            if table.table_type == "TABLE":
                (row, *_) = list(warehouse.list_rows(table, max_results=1)) or [None]
                assert (row is None) == (table.num_rows == 0)
                assert row is None or len(row) == len(table.schema)


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
