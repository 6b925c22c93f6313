"""A day of GA4's export through BigQuery's REST API: seconds and memory, beside the folder route.

    .venv/bin/python bench/bigquery_day.py [--rows 2000000]

A loopback server in a process of its own sends prepared pages as fast as it can. Read from it: by
the connector with landing behind it, for 50,000 rows and for the whole day, by a process that only
receives and by one that also parses the JSON in Python. Last come the same events
as Parquet files: what would be left to do if they came as columns, which is the most that another
way of reading could save. Ratios are the figures to compare: seconds depend on the machine.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import duckdb
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from bench.child import Figures, machine, measured
from tests.simulated import SALT

DAY, PAGE, FEW = date(2026, 9, 4), 2_000, 50_000
MOST_GROWTH = 1.2
PREPARED = 20
"""Pages with rows of their own; a longer day repeats them."""
KINDS = {"VARCHAR": "STRING", "BIGINT": "INTEGER", "DOUBLE": "FLOAT", "BOOLEAN": "BOOLEAN"}


def field(name: str, kind: Any) -> dict[str, Any]:
    """A column's field of the schema."""
    if kind.id == "list":
        return field(name, kind.children[0][1]) | {"mode": "REPEATED"}
    if kind.id == "struct":
        return {"name": name, "type": "RECORD", "fields": [field(*each) for each in kind.children]}
    return {"name": name, "type": KINDS[str(kind)]}


def cell(value: str, kind: Any, depth: int = 0) -> str:
    """SQL of a value as BigQuery writes it."""
    if kind.id == "list":
        one = f"x{depth}"
        each = f"json_object('v', {cell(one, kind.children[0][1], depth + 1)})"
        listed = f"to_json(list_transform({value}, lambda {one}: {each}))"
        return f"coalesce({listed}, '[]'::json)"
    if kind.id == "struct":
        cells = ", ".join(
            f"json_object('v', {cell(f'({value}).{name}', each, depth)})"
            for name, each in kind.children
        )
        return f"case when {value} is not null then json_object('f', json_array({cells})) end"
    return value if str(kind) == "VARCHAR" else f"cast({value} as varchar)"


def prepare(folder: Path) -> Figures:
    """Write the schema, PREPARED pages, and the same rows as Parquet.

    In a process of its own: what one forks off would count its memory as theirs.
    """
    from sandbox.ga4_export.writer import EventFiles
    from sandbox.world import World, WorldConfig

    made = World(WorldConfig(seed=7, start=date(2026, 9, 1), days=4, size="medium"))
    file = folder / "day.parquet"
    EventFiles(made).write(file, 3, 3)
    with duckdb.connect() as db:
        sent = db.sql(f"select * from read_parquet('{file}') limit {PREPARED * PAGE}")
        columns = list(zip(sent.columns, sent.types, strict=True))
        cells = ", ".join(f"json_object('v', {cell(name, kind)})" for name, kind in columns)
        rows = sent.project(f"json_object('f', json_array({cells}))::varchar").fetchall()
        db.execute(
            f"copy (from sent) to '{folder / 'part.parquet'}' "
            "(format parquet, compression zstd, row_group_size 16384)"
        )
    if len(rows) < PREPARED * PAGE:
        raise SystemExit(f"the day has only {len(rows)} events")
    schema = [field(name, kind) for name, kind in columns]
    (folder / "schema.json").write_text(json.dumps(schema))
    for number in range(PREPARED):
        page = ",".join(row for (row,) in rows[number * PAGE : (number + 1) * PAGE])
        (folder / f"page{number}").write_text(page)
    return {}


def serve(folder: Path) -> tuple[int, int]:
    """Start the server; its process id and port. The token says how many rows the table has."""
    bodies: list[bytes] = []
    schema: list[Any] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = parse_qs(parts.query)
            total = int(self.headers["Authorization"].rpartition("-")[2])
            if not parts.path.endswith("/data"):
                self.reply(json.dumps({
                    "type": "TABLE", "numRows": str(total), "schema": {"fields": schema},
                }).encode())  # fmt: skip
                return
            start = int(query.get("pageToken", ["0"])[0])
            after = start + PAGE
            token = f'"pageToken":"{after}",' if after < total else ""
            head = f'{{"kind":"bigquery#tableDataList",{token}"totalRows":"{total}","rows":['
            self.reply(head.encode() + bodies[start // PAGE % len(bodies)] + b"]}")

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            rows = self.path.rpartition("/")[2]
            self.reply(json.dumps({"access_token": f"rows-{rows}", "expires_in": 3600}).encode())

        def reply(self, body: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    child = os.fork()
    if child == 0:
        schema += json.loads((folder / "schema.json").read_text())
        bodies += [(folder / f"page{number}").read_bytes() for number in range(PREPARED)]
        server.serve_forever()
    return child, server.server_address[1]


def received(url: str, rows: int, parse: bool) -> Figures:
    """The pages by `requests` alone."""
    import requests

    session, token, got = requests.Session(), "0", 0
    session.headers["Authorization"] = f"Bearer rows-{rows}"
    while token:
        body = session.get(f"{url}/t/data", params={"pageToken": token}).content
        token = json.loads(body).get("pageToken", "") if parse else _token(body)
        got += len(body)
    return {"bytes": got}


def _token(body: bytes) -> str:
    head = body[:200].partition(b'"pageToken":"')[2]
    return head.partition(b'"')[0].decode()


def landed(folder: Path, url: str, rows: int, key: str, file: Path | None = None) -> Figures:
    """The day through connector and landing; of a file if there is one."""
    from rivage.connectors.base import Account, Files
    from rivage.connectors.ga4_export import connector
    from rivage.landing import writer
    from rivage.landing.store import Store
    from rivage.settings import Ga4, Settings
    from rivage.streams import stream
    from rivage.windows import Window

    name, window = stream("ga4_export__events"), Window(DAY, DAY)
    account = Account("1", "1", "Europe/Paris", "")
    credentials = json.dumps({
        "type": "service_account", "client_email": "bench@a.example", "private_key": key,
        "token_uri": f"{url}/token/{rows}",
    })  # fmt: skip
    own = Ga4(
        export_url="bigquery://bench/analytics_1", bigquery_base_url=url, credentials=credentials
    )
    home = folder / f"home-{rows}-{file is None}"
    if file:
        copies = -(-rows // (PREPARED * PAGE))
        pulled: Any = [Files(window, (file,) * copies, "1")]
    else:
        pulled = connector(Settings(home=home, ga4=own)).pages(name, account, window)
    found = writer.write(
        name, account, window, pulled, store=Store(home / "landing", home / "tmp"), salt=SALT,
        pulled_at=datetime(2026, 9, 5, tzinfo=UTC),
    )  # fmt: skip
    return {"rows": found.answers.records}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=2_000_000)
    rows = parser.parse_args().rows
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    key = private.decode()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        measured(lambda: prepare(folder))
        server, port = serve(folder)
        url = f"http://127.0.0.1:{port}"
        print(machine("duckdb", "requests"), flush=True)
        try:
            few = measured(lambda: landed(folder, url, FEW, key))
            _tell(f"land {FEW:,} rows", few)
            whole = measured(lambda: landed(folder, url, rows, key))
            _tell(f"land {rows:,} rows", whole)
            bare = measured(lambda: received(url, rows, parse=False))
            _tell("receive only", bare)
            floor = measured(lambda: received(url, rows, parse=True))
            _tell("receive, parse in Python", floor)
            part = folder / "part.parquet"
            files = measured(lambda: landed(folder, url, rows, key, part))
            _tell("the same as Parquet", files)
        finally:
            os.kill(server, 9)
            os.waitpid(server, 0)
        growth = whole["megabytes"] / few["megabytes"]
        print(f"text of the day                {bare['bytes'] / 1e9:6.1f} GB")
        print(f"land / receive and parse, cpu  {whole['cpu'] / floor['cpu']:6.2f}")
        print(f"land / land from Parquet, cpu  {whole['cpu'] / files['cpu']:6.2f}")
        print(f"memory, {rows:,} / {FEW:,} {growth:6.2f}")
        if growth > MOST_GROWTH:
            raise SystemExit(f"peak memory grows by more than {MOST_GROWTH - 1:.0%}")


def _tell(name: str, one: Figures) -> None:
    print(
        f"{name:26} {one['seconds']:7.1f} s, cpu {one['cpu']:6.1f} s, "
        f"peak {one['megabytes']:4.0f} MB",
        flush=True,
    )


if __name__ == "__main__":
    main()
