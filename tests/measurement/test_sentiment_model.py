"""The dbt model that reads comments reads each one once."""

from __future__ import annotations

import importlib.util
from types import ModuleType, SimpleNamespace
from typing import Any

import duckdb
import pytest

from tests.conftest import REPO

MODEL = REPO / "dbt_project" / "models" / "intermediate" / "int_comments__sentiment.py"


@pytest.fixture
def session() -> duckdb.DuckDBPyConnection:
    db = duckdb.connect()
    db.execute(
        "create table sentiment_words (language varchar, expression varchar, valence double)"
    )
    db.execute("insert into sentiment_words values ('fr', 'pique', -1.5)")
    db.execute(
        "create table int_comments__texts"
        " (text_key varchar, said_text varchar, is_by_brand boolean)"
    )
    db.execute(
        "insert into int_comments__texts values ('a', 'ça pique', false), ('b', 'superbe', false),"
        " ('c', '', false), ('own', 'merci', true)"
    )
    return db


def model() -> ModuleType:
    spec = importlib.util.spec_from_file_location("read_comments", MODEL)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def read(session: duckdb.DuckDBPyConnection, *, again: bool) -> dict[str, tuple[Any, ...]]:
    """One run of the model, what it wrote put into place as dbt does: key -> row."""
    dbt = SimpleNamespace(
        ref=session.table, config=lambda **_: None, is_incremental=again, this="kept"
    )
    model().model(dbt, session).create_view("read")
    session.execute("create or replace table fresh as from read")
    if again:
        session.execute("delete from kept where text_key in (select text_key from fresh)")
        session.execute("insert into kept from fresh")
    else:
        session.execute("create or replace table kept as from fresh")
    return {row[0]: row for row in session.table("fresh").fetchall()}


def test_a_text_is_read_once_and_again_when_it_changes(session: duckdb.DuckDBPyConnection) -> None:
    first = read(session, again=False)
    assert {key: row[-1] for key, row in first.items()} == {
        "a": "negative", "b": "positive", "c": "neutral",
    }  # fmt: skip
    assert read(session, again=True) == {}
    session.execute(
        "update int_comments__texts set said_text = 'c''est superbe' where text_key = 'a'"
    )
    session.execute("insert into int_comments__texts values ('d', 'nul', false)")
    assert set(read(session, again=True)) == {"a", "d"}
    assert session.sql("select count(*) from kept").fetchone() == (4,)


def test_another_lexicon_reads_everything_again(session: duckdb.DuckDBPyConnection) -> None:
    read(session, again=False)
    session.execute("update sentiment_words set valence = 0")
    again = read(session, again=True)
    assert set(again) == {"a", "b", "c"}
    assert again["a"][-1] == "neutral"


def test_a_brand_without_comments_has_an_empty_table(session: duckdb.DuckDBPyConnection) -> None:
    session.execute("delete from int_comments__texts")
    assert read(session, again=False) == {}
    types = {name: kind for name, kind, *_ in session.sql("describe kept").fetchall()}
    assert types["score"] == "DOUBLE"
    assert types["text_key"] == "VARCHAR"
    assert read(session, again=True) == {}
