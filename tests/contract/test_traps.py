"""The table of traps that real connectors met, and the test that shows we do not."""

from __future__ import annotations

import ast
import csv
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

REPO = Path(__file__).resolve().parents[2]
TABLE = Path(__file__).parent / "traps.csv"
LISTS = {"tiktok-13": 32, "tiktok-14": 56, "web-6": 33, "bigquery-7": 44}
"""Trap lists and their lengths; numbers follow the lists' order."""


def rows() -> Iterator[dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


@cache
def functions_in(path: str) -> frozenset[str]:
    """Names of the test functions in a file, methods included."""
    tree = ast.parse((REPO / path).read_text(encoding="utf-8"))
    return frozenset(
        node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)
    )


def test_every_trap_of_the_lists_is_in_the_table_once() -> None:
    wanted = [f"{name}.{number}" for name, count in LISTS.items() for number in range(1, count + 1)]
    assert [row["trap"] for row in rows()] == wanted


@pytest.mark.parametrize("row", list(rows()), ids=lambda row: row["trap"])
def test_a_trap_has_a_test_or_a_reason(row: dict[str, str]) -> None:
    assert row["what"]
    assert bool(row["tests"]) != bool(row["why_none"]), "either tests or a reason why none"
    for test in row["tests"].split():
        path, _, name = test.partition("::")
        assert name in functions_in(path)
