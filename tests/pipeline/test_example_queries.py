"""What a mart promises in its yml comes true on published data: its example query answers."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from rivage.warehouse.marts import Mart, marts
from tests.conftest import Pipeline

pytestmark = [pytest.mark.pipeline, pytest.mark.timeout(600)]

MARTS = marts()
each_mart = pytest.mark.parametrize("mart", MARTS, ids=[mart.name for mart in MARTS])

NOTHING_TO_TELL = {
    "ops_freshness": "its query lists sources that are behind, and here none is",
    "ops_waivers": "nobody has let a broken rule pass",
}
"""Queries that rightly return no row in the simulated week, and why."""
NO_ROWS = {"ops_waivers"}
"""Marts that rightly hold none in the simulated week."""


@pytest.fixture(scope="module")
def published(pipeline: Pipeline) -> Iterator[duckdb.DuckDBPyConnection]:
    path = pipeline.next / "published" / "marts.duckdb"
    with duckdb.connect(str(path), read_only=True) as db:
        yield db


@each_mart
def test_every_mart_has_rows(published: duckdb.DuckDBPyConnection, mart: Mart) -> None:
    (rows,) = published.execute(f"select count(*) from {mart.name}").fetchone() or (0,)
    assert (rows == 0) == (mart.name in NO_ROWS)


@each_mart
def test_every_example_query_answers(published: duckdb.DuckDBPyConnection, mart: Mart) -> None:
    answered = published.execute(mart.example_query).fetchall()
    if mart.name in NOTHING_TO_TELL:
        assert answered == [], "take it out of NOTHING_TO_TELL"
    else:
        assert answered
        # A row of nothing but nulls answers nothing.
        assert any(value is not None for row in answered for value in row)


@each_mart
def test_every_column_is_told_to_whoever_opens_the_file(
    published: duckdb.DuckDBPyConnection, mart: Mart
) -> None:
    told = dict(
        published.execute(
            "select column_name, comment from duckdb_columns() where table_name = ?", [mart.name]
        ).fetchall()
    )
    assert set(told) == {column.name for column in mart.columns}
    assert [name for name, comment in told.items() if not comment] == []
