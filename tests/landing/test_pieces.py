"""How many files the spooled records are in is nobody's business but DuckDB's."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from rivage.connectors.base import Account, Page
from rivage.landing import pieces, writer
from rivage.landing.pieces import Pieces
from rivage.landing.store import Store
from rivage.streams import Column, Daily, Stream
from rivage.windows import Window

DAY = date(2026, 9, 1)
STREAM = Stream(
    name="toy__daily", connector="toy", endpoint="", doc="", keys=("id",),
    window=Daily("cast(day as date)", 30),
    columns=(Column("id", required=True), Column("day", required=True), Column("n", number=True)),
)  # fmt: skip
# One of them has a field that no column declares.
RECORDS = [
    {"id": str(number), "day": str(DAY), "n": str(number)} | ({"new": 1} if number == 7 else {})
    for number in range(10)
]


def test_a_file_is_full_at_its_size_and_no_record_is_parted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pieces, "LARGEST", 20)
    records = [{"a": "x" * size} for size in (1, 1, 50, 1)]  # 9, 9, 58 and 9 characters
    with Pieces(tmp_path) as spooled:
        for record in records:
            spooled.add(record)
    found = [[json.loads(line) for line in path.open()] for path in spooled.paths]
    assert found == [records[:2], records[2:3], records[3:]]


def test_nothing_spooled_is_no_file(tmp_path: Path) -> None:
    with Pieces(tmp_path) as spooled:
        pass
    assert spooled.paths == []
    assert not list(tmp_path.iterdir())


def test_records_of_many_files_land_as_those_of_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    landed = []
    for size in (1, 100, 1 << 20):
        monkeypatch.setattr(pieces, "LARGEST", size)
        at = tmp_path / str(size)
        done = writer.write(
            STREAM, Account("1", "One", "Europe/Paris", "EUR"), Window(DAY, DAY),
            [Page(RECORDS, "r", "v", 1, 1)], store=Store(at, at / "scratch"), salt=None,
            pulled_at=datetime(2026, 9, 2, tzinfo=UTC),
        )  # fmt: skip
        landed.append(done.manifests)
    assert landed[0] == landed[1] == landed[2]
    assert landed[0][0].rows == len(RECORDS)
