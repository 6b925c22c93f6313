"""Every declared stream, held to the same contract over a real first load of the sandbox."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
import yaml

from rivage.connectors import CONNECTORS
from rivage.streams import all_streams
from rivage.streams.days import due
from rivage.streams.model import Changes, Daily, Snapshot, Stream
from rivage.windows import Window, parse_day
from tests.conftest import REPO, Pipeline

STREAMS = tuple(all_streams().values())
STAGING = REPO / "dbt_project" / "models" / "staging"
pytestmark = pytest.mark.pipeline


@pytest.fixture(scope="module")
def warehouse(pipeline: Pipeline) -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse after the first load."""
    with duckdb.connect(str(pipeline.first / "warehouse.duckdb"), read_only=True) as db:
        yield db


def of_stream(streams: tuple[Stream, ...] = STREAMS) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("stream", streams, ids=lambda stream: stream.name)


@of_stream()
def test_a_declaration_is_complete(stream: Stream) -> None:
    assert stream.connector in CONNECTORS
    names = [column.name for column in stream.columns]
    assert len(names) == len(set(names))
    assert stream.keys
    assert set(stream.keys) <= set(names)
    assert stream.doc.endswith(".")
    assert stream.lookback.reason
    if isinstance(stream.window, Snapshot):
        assert stream.lookback.days == 0
    if isinstance(stream.window, Daily | Changes):
        assert stream.window.days_per_request >= 1


@of_stream()
def test_a_first_load_brings_rows(warehouse: duckdb.DuckDBPyConnection, stream: Stream) -> None:
    found = warehouse.execute(f"select count(*) from landing.{stream.name}").fetchone()
    assert found is not None
    assert found[0] > 0


@of_stream()
def test_every_declared_column_is_sent(
    warehouse: duckdb.DuckDBPyConnection, stream: Stream
) -> None:
    """A column that never has a value is a typo, or a field the sandbox forgot."""
    counts = ", ".join(f'count("{column.name}")' for column in stream.columns)
    found = warehouse.execute(f"select {counts} from landing.{stream.name}").fetchone()
    assert found is not None
    empty = {c.name for c, rows in zip(stream.columns, found, strict=True) if not rows}
    assert empty <= NEVER_IN_THE_DEMO.get(stream.name, set())


NEVER_IN_THE_DEMO: dict[str, set[str]] = {
    # The simulated brand withholds nothing from anybody.
    "inputs__experiments": {
        "holdout_orders",
        "holdout_people",
        "holdout_revenue",
        "treated_orders",
        "treated_people",
        "treated_revenue",
    },
}
"""Columns of APIs for things the demo brand does not have (an app, a catalogue ...)."""


@of_stream()
def test_keys_are_unique_within_a_window(
    warehouse: duckdb.DuckDBPyConnection, stream: Stream
) -> None:
    if stream.name in KEYS_REPEAT:
        pytest.skip(KEYS_REPEAT[stream.name])
    keys = ", ".join(f'"{key}"' for key in stream.keys)
    twice = warehouse.execute(
        f"select _account_id, _window_start, {keys}, count(*) from landing.{stream.name} "
        "group by all having count(*) > 1 limit 3"
    ).fetchall()
    assert twice == []


KEYS_REPEAT = {
    "ga4_export__events": "GA4 exports some events twice; staging keeps one (2026-11-24)",
}


@of_stream()
def test_every_due_day_has_landed(pipeline: Pipeline, stream: Stream) -> None:
    asked = Window(parse_day(pipeline.first_days[1]), parse_day(pipeline.first_days[3]))
    folder = pipeline.first / "landing" / stream.source / stream.name
    accounts = list(folder.glob("account=*"))
    assert accounts
    for account in accounts:
        landed = {path.name.removeprefix("window=") for path in account.glob("window=*")}
        assert {str(day) for day in due(stream, asked)} <= landed


@of_stream()
def test_a_staging_model_reads_it(warehouse: duckdb.DuckDBPyConnection, stream: Stream) -> None:
    model = STAGING / f"stg_{stream.name}"
    described = yaml.safe_load(model.with_suffix(".yml").read_text())
    (entry,) = [m for m in described["models"] if m["name"] == model.name]
    assert entry["description"]
    tested = [c for c in entry["columns"] if c.get("data_tests")]
    assert tested or entry.get("data_tests"), "no test on the key"
    found = warehouse.execute(f"select count(*) from staging.{model.name}").fetchone()
    assert found is not None
    assert found[0] > 0


def test_there_is_no_staging_model_without_a_stream() -> None:
    sources = {f"stg_{name}" for name in all_streams()}
    extra = {path.stem for path in Path(STAGING).glob("*.sql")} - sources
    # A source's rows that can't be counted are set apart in one model for all its streams.
    kinds = ("_history", "__set_apart")
    assert {name for name in extra if not name.endswith(kinds)} <= OTHER_STAGING


OTHER_STAGING: set[str] = {"stg_matomo__actions", "stg_tiktok_creators__handles"}
