"""What lies in the scratch file of a bulk read, and how much memory it takes."""

from __future__ import annotations

import json
import random
import tracemalloc
from pathlib import Path

import pytest

from rivage.connectors import sealed
from rivage.connectors.sealed import Sealed
from rivage.connectors.shopify_lines import Lines
from rivage.connectors.shopify_query import orders_of
from rivage.streams import stream

ORDER, _ = orders_of(stream("shopify__orders"))


def test_lines_come_back_by_part_in_their_order(tmp_path: Path) -> None:
    lines = [f"{number} {'é' * (number % 700)}".encode() for number in range(3_000)]
    with Sealed(tmp_path / "new", 3) as file:
        for number, line in enumerate(lines):
            file.add(number % 3, line)
        for part in (2, 0, 1, 2):
            assert list(file.lines(part)) == lines[part::3]


def test_nothing_readable_and_no_name_is_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealed, "BLOCK", 64)
    with Sealed(tmp_path, 1) as file:
        for _ in range(100):
            file.add(0, b"lea.martin@example.org bought socks, and more socks")
        assert list(tmp_path.iterdir()) == []
        file._file.seek(0)
        raw = file._file.read()
        assert len(raw) > 1_000
        assert b"martin" not in raw
        assert b"socks" not in raw


def test_memory_is_not_as_large_as_the_file(tmp_path: Path) -> None:
    orders, notes = 5_000, random.Random(1)
    found = size = 0
    tracemalloc.start()
    lines = Lines(ORDER, tmp_path, 16 << 20)
    try:
        for number in range(orders):
            gid = f"gid://shopify/Order/{number}"
            record = {"id": gid, "note": notes.randbytes(500).hex()}
            children = [
                {"id": f"gid://shopify/LineItem/{2 * number + n}",
                 "name": notes.randbytes(500).hex(), "__parentId": gid}
                for n in range(2)
            ]  # fmt: skip
            for line in (*children, record):
                text = json.dumps(line).encode() + b"\n"
                size += len(text)
                lines.feed(text)
        lines.end()
        lines.verify({"objectCount": str(orders * 3), "rootObjectCount": str(orders)})
        for page in lines.pages(200):
            found += len(page)
            assert all(len(order["lineItems"]["nodes"]) == 2 for order in page)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
        lines.close()
    assert found == orders
    assert peak < size / 2, f"{peak:,} bytes for a file of {size:,}"
