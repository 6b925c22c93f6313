"""A token endpoint and a dataset of BigQuery, as far as the connector's habits need them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from rivage.connectors.base import Account
from rivage.connectors.ga4_export_bigquery import Ga4ExportBigQuery
from rivage.streams import stream
from rivage.windows import Window
from tests.connectors.loopback import Call, Reply

EVENTS = stream("ga4_export__events")
PROPERTY = Account("123", "123", "Europe/Paris", "")
DAY = date(2026, 11, 1)
NOON = 1_793_530_800_000_000  # 2026-11-01 12:00 in Paris
HOME = "/bigquery/v2/projects/shop-data/datasets/analytics_123"
ConnectBigQuery = Callable[..., Ga4ExportBigQuery]


def scalar(name: str, kind: str = "STRING", **more: Any) -> dict[str, Any]:
    return {"name": name, "type": kind, "mode": "NULLABLE", **more}


def record(name: str, *fields: dict[str, Any], repeated: bool = False) -> dict[str, Any]:
    mode = "REPEATED" if repeated else "NULLABLE"
    return {"name": name, "type": "RECORD", "mode": mode, "fields": list(fields)}


VALUE = record(
    "value", scalar("string_value"), scalar("int_value", "INTEGER"),
    scalar("float_value", "FLOAT"), scalar("double_value", "FLOAT"),
)  # fmt: skip
SCHEMA = [
    scalar("event_date"),
    scalar("event_timestamp", "INTEGER"),
    scalar("event_name"),
    record("event_params", scalar("key"), VALUE, repeated=True),
    scalar("user_pseudo_id"),
    scalar("event_bundle_sequence_id", "INTEGER"),
]


def cell(value: Any) -> dict[str, Any]:
    """A value as BigQuery writes it: tuples are records, lists repeated fields."""
    if isinstance(value, tuple):
        return {"v": {"f": [cell(each) for each in value]}}
    return {"v": [cell(each) for each in value] if isinstance(value, list) else value}


def event(number: int = 0, at: int = NOON, day: str = "20261101") -> tuple[Any, ...]:
    param = ("page_location", (f"https://a.example/{number}", None, None, None))
    return (day, str(at + number), "page_view", [param], f"{number}.1795000000", str(number))


@dataclass
class FakeTable:
    """One table; `touch` writes it again."""

    rows: list[tuple[Any, ...]]
    schema: list[dict[str, Any]] | None = field(default_factory=lambda: list(SCHEMA))
    kind: str = "TABLE"
    modified: int = 1_793_600_000_000
    more: dict[str, Any] = field(default_factory=dict)

    def touch(self, rows: list[tuple[Any, ...]] | None = None) -> None:
        self.rows = self.rows if rows is None else rows
        self.modified += 1


class FakeBigQuery:
    """A dataset of tables. `before(call, number)` may answer a data call itself, `number` counts
    them from 1; pages hold `per_page` rows, whatever was asked."""

    def __init__(self, per_page: int = 2000, **tables: FakeTable) -> None:
        self.tables, self.per_page = tables, per_page
        self.before: Callable[[Call, int], Reply | None] = lambda call, number: None
        self.other: Callable[[Call], Reply | None] = lambda call: None
        self.list_page, self.tokens, self.valid, self.expires = 50, 0, "", "3599"
        self.token_reply: Reply | None = None
        self.sizes: list[int] = []
        self.scopes: list[str] = []

    @property
    def data_calls(self) -> int:
        return len(self.sizes)

    def __call__(self, call: Call) -> Reply:
        if call.path == "/token":
            self.tokens += 1
            self.valid = f"ya29.token-{self.tokens}"
            good = {"access_token": self.valid, "expires_in": self.expires, "token_type": "Bearer"}
            return self.token_reply or Reply(good)
        assert call.method == "GET", "a reader only reads"
        if call.headers.get("Authorization") != f"Bearer {self.valid}":
            return error(401, "authError", "Invalid credentials")
        reply = self.other(call)
        if reply:
            return reply
        path = call.path.removeprefix(HOME)
        if path == call.path:
            return error(404, "notFound", "Not found: Dataset shop-data:analytics_123")
        if path == "":
            return Reply({"kind": "bigquery#dataset", "location": "EU"})
        if path == "/tables":
            return self._list(call)
        name, _, rest = path.removeprefix("/tables/").partition("/")
        if rest == "data":
            self.sizes.append(int(call.query["maxResults"]))
            reply = self.before(call, len(self.sizes))
            if reply:
                return reply
        table = self.tables.get(name)
        if table is None:
            return error(404, "notFound", f"Not found: Table shop-data:analytics_123.{name}")
        return self._data(table, call) if rest else self._get(name, table)

    def _list(self, call: Call) -> Reply:
        start = int(call.query.get("pageToken") or 0)
        names = list(self.tables)[start : start + self.list_page]
        body: dict[str, Any] = {"kind": "bigquery#tableList", "totalItems": len(self.tables)}
        if names:
            body["tables"] = [
                {"tableReference": {"tableId": name}, "type": self.tables[name].kind}
                for name in names
            ]
        if start + self.list_page < len(self.tables):
            body["nextPageToken"] = str(start + self.list_page)
        return Reply(body)

    def _get(self, name: str, table: FakeTable) -> Reply:
        body: dict[str, Any] = {
            "kind": "bigquery#table", "type": table.kind, "location": "EU",
            "tableReference": {"tableId": name}, "numRows": str(len(table.rows)),
            "numBytes": str(len(json.dumps(table.rows))), "creationTime": "1793590000000",
            "lastModifiedTime": str(table.modified), **table.more,
        }  # fmt: skip
        if table.schema is not None:
            body["schema"] = {"fields": table.schema}
        return Reply(body)

    def _data(self, table: FakeTable, call: Call) -> Reply:
        start = int(call.query.get("pageToken") or 0)
        end = start + min(self.per_page, self.sizes[-1])
        return Reply(page(table.rows[start:end], len(table.rows), str(end)
                          if end < len(table.rows) else None))  # fmt: skip


def page(rows: list[tuple[Any, ...]], total: int, token: str | None) -> dict[str, Any]:
    body: dict[str, Any] = {"kind": "bigquery#tableDataList", "totalRows": str(total)}
    if rows:
        body["rows"] = [cell(row)["v"] for row in rows]
    return body if token is None else {**body, "pageToken": token}


def error(status: int, reason: str, message: str, **more: Any) -> Reply:
    listed = [{"domain": "global", "reason": reason, "message": message}] if reason else []
    told = {"code": status, "message": message, **({"errors": listed} if listed else {})}
    return Reply({"error": told}, status, **more)


def window(first: int = 1, last: int | None = None) -> Window:
    return Window(date(2026, 11, first), date(2026, 11, last or first))
