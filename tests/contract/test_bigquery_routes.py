"""Google's own client, the connector and the Parquet folder give the same events."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from rivage.connectors.ga4_export import connector
from rivage.landing import writer
from rivage.landing.manifest import Manifest
from rivage.landing.store import Store
from rivage.settings import Ga4, Settings
from rivage.streams import stream
from rivage.windows import Window
from tests.simulated import SALT, Sandbox, sandbox

EVENTS = stream("ga4_export__events")
DAY = date(2026, 9, 10)
WINDOW = Window(DAY, DAY)
TABLE = f"events_{DAY:%Y%m%d}"


@pytest.fixture(scope="module")
def brand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with sandbox(tmp_path_factory.mktemp("sandbox"), "--size", "tiny") as served:
        yield served


def settings(brand: Sandbox, home: Path, **more: Any) -> Settings:
    own = {
        name.removeprefix("RIVAGE_GA4_").lower(): value
        for name, value in brand.env.items()
        if name.startswith("RIVAGE_GA4_")
    }
    return Settings(home=home, ga4=Ga4(**own | more))


def dataset(brand: Sandbox) -> str:
    key = json.loads(Path(brand.env["RIVAGE_GA4_CREDENTIALS"]).read_text())
    return f"{key['project_id']}/analytics_{brand.env['RIVAGE_GA4_PROPERTY_ID']}"


def land(own: Settings, at: Path) -> Manifest:
    source = connector(own)
    (account,) = source.accounts()
    landed = writer.write(
        EVENTS, account, WINDOW, source.pages(EVENTS, account, WINDOW),
        store=Store(at, at / "scratch"), salt=SALT,
        pulled_at=datetime(2026, 10, 1, 6, tzinfo=UTC),
    )  # fmt: skip
    (manifest,) = landed.manifests
    return manifest


def test_both_routes_land_the_same_day(brand: Sandbox, tmp_path: Path) -> None:
    tables = settings(brand, tmp_path, export_url=f"bigquery://{dataset(brand)}")
    by_table = land(tables, tmp_path / "by_table")
    by_file = land(settings(brand, tmp_path), tmp_path / "by_file")
    assert by_table.rows == by_file.rows > 0
    assert by_table.content == by_file.content
    assert by_table.types == by_file.types
    both = [f"select * exclude (_pull_id, _pulled_at) from '{tmp_path}/{route}/{m.object}'"
            for route, m in (("by_table", by_table), ("by_file", by_file))]  # fmt: skip
    assert duckdb.sql(f"({both[0]}) except all ({both[1]})").fetchall() == []
    assert duckdb.sql(f"({both[1]}) except all ({both[0]})").fetchall() == []


def test_the_connector_reads_what_googles_client_reads(brand: Sandbox, tmp_path: Path) -> None:
    from google.cloud import bigquery
    from google.oauth2 import service_account

    own = settings(brand, tmp_path, export_url=f"bigquery://{dataset(brand)}")
    (tmp_path / "out").mkdir()
    source = connector(own)
    (account,) = source.accounts()
    (edition,) = source.pages(EVENTS, account, WINDOW)
    files = edition.fetch(tmp_path / "out")  # type: ignore[union-attr]
    names = [str(path) for path in files.paths]
    ours = duckdb.sql(f"select * from read_parquet({names})")
    found = [dict(zip(ours.columns, row, strict=True)) for row in ours.fetchall()]
    signer = service_account.Credentials.from_service_account_file(
        brand.env["RIVAGE_GA4_CREDENTIALS"]
    )
    project, name = dataset(brand).split("/")
    client = bigquery.Client(
        project=project, credentials=signer, client_options={"api_endpoint": brand.url}
    )
    theirs = [dict(row.items()) for row in client.list_rows(f"{project}.{name}.{TABLE}")]
    assert found == theirs


def test_a_connection_test_walks_through(brand: Sandbox, tmp_path: Path) -> None:
    own = settings(brand, tmp_path, export_url=f"bigquery://{dataset(brand)}")
    steps = list(connector(own).check())
    assert [step.ok for step in steps] == [True] * 4, steps
