"""What no column declares, of records with many nested containers."""

from __future__ import annotations

import json
from typing import Any

import duckdb

from rivage.landing.records import extra_sql
from rivage.streams import all_streams, stream
from rivage.streams.model import Stream


def extra(declared: Stream, record: dict[str, Any]) -> Any:
    with duckdb.connect(config={"memory_limit": "256MB"}) as db:
        db.execute("create table lines (line json)")
        db.execute("insert into lines values (?)", [json.dumps(record)])
        row = db.execute(f"select _extra from (select {extra_sql(declared)} from lines)").fetchone()
        assert row is not None
        return None if row[0] is None else json.loads(row[0])


def nested(declared: Stream) -> dict[str, Any]:
    """A record of declared fields only."""
    record: dict[str, Any] = {}
    for column in declared.columns:
        *parents, name = column.source.split(".")
        node = record
        for parent in parents:
            node = node.setdefault(parent, {})
        node[name] = "1"
    return record


def test_containers_that_hold_only_declared_fields_leave_nothing() -> None:
    for declared in all_streams().values():
        assert extra(declared, nested(declared)) is None, declared.name


def test_an_undeclared_field_is_kept_at_its_depth() -> None:
    declared = stream("tiktok_shop__shop_daily")
    record = nested(declared)
    record["sales"]["gmv"]["rounded"] = "2"
    record["traffic"]["new"] = 3
    kept = {"sales": {"gmv": {"rounded": "2"}}, "traffic": {"new": 3}}
    assert extra(declared, record) == kept


def test_the_text_of_the_query_grows_with_the_containers_not_with_their_product() -> None:
    """Helper columns are expanded where they are used: a chain of uses doubles at each step."""
    longest = max(len(extra_sql(declared)) for declared in all_streams().values())
    assert longest < 20_000
    for declared in all_streams().values():
        steps = extra_sql(declared).count(" as _rest")
        depths = {column.source.count(".") for column in declared.columns}
        assert steps == 1 + max(depths)
