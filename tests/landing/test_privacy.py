"""Nobody is named in clear anywhere under landing: every simulated person is looked for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import duckdb
import pytest

from tests.conftest import Pipeline

pytestmark = [pytest.mark.pipeline, pytest.mark.timeout(600)]

WORD = re.compile(r"[\w.@+-]+")
ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")
NETWORKS = re.compile(r"\b(?:198\.51\.100|81\.56\.\d{1,3})\.\d{1,3}\b")
PUBLIC = {"contact@atelier-rivage.example"}
"""Not a person's."""


@pytest.fixture(scope="module")
def texts(pipeline: Pipeline) -> dict[str, str]:
    """Stream -> everything landed of it, all columns of all rows, manifests, lower case, links
    decoded."""
    landing = pipeline.next / "landing"
    found: dict[str, list[str]] = {}
    for path in sorted(landing.rglob("*.parquet")):
        found.setdefault(path.relative_to(landing).parts[1], []).extend(rows(path))
    for path in sorted(landing.rglob("*.json")):
        found.setdefault("manifests", []).append(path.read_text())
    return {stream: unquote(unquote("\n".join(lines))).lower() for stream, lines in found.items()}


def rows(path: Path) -> Iterator[str]:
    read = f"read_parquet('{path}', hive_partitioning = false)"
    for (text,) in duckdb.sql(f"select cast(t as varchar) from {read} as t").fetchall():
        yield text


@pytest.fixture(scope="module")
def people(pipeline: Pipeline) -> list[dict[str, Any]]:
    """Kind and value of everything that names somebody in some answer."""
    found = pipeline.sandbox.control("GET", "truth/customers")
    for one in pipeline.sandbox.control("GET", "truth/people"):
        found += [
            {"kind": kind, "value": one[kind], "role": one["role"]}
            for kind in ("handle", "name") if one[kind]
        ]  # fmt: skip
        if one["role"] != "creator" and one["id"]:
            found.append({"kind": "id", "value": one["id"]})
    return list(found)


def test_every_kind_of_person_is_looked_for(people: list[dict[str, Any]]) -> None:
    kinds = {kind: len({p["value"] for p in people if p["kind"] == kind}) for kind in
             ("email", "phone", "ip", "name", "street", "id", "handle")}  # fmt: skip
    assert all(count >= 20 for count in kinds.values()), kinds


@pytest.mark.parametrize("kind", ["email", "phone", "ip", "street", "id", "handle"])
def test_no_person_is_found_by(
    texts: dict[str, str], people: list[dict[str, Any]], kind: str
) -> None:
    values = {str(p["value"]).lower() for p in people if p["kind"] == kind}
    leaks = {
        stream: found[:3]
        for stream, text in texts.items()
        if (found := sorted(spelled(values, text, kind)))
    }
    assert leaks == {}


def spelled(values: set[str], text: str, kind: str) -> set[str]:
    """Values that stand in the text, as whole words where they are words."""
    if kind == "street":
        return {value for value in values if value in text}
    words = set(WORD.findall(text))
    bare = {word.strip(".+-@") for word in words}
    wanted = {value.strip("+@") for value in values}
    return wanted & (words | bare)


def test_no_persons_full_name_is_found(texts: dict[str, str], people: list[dict[str, Any]]) -> None:
    names = {str(p["value"]).lower() for p in people if p["kind"] == "name" and " " in p["value"]}
    leaks = {
        (stream, name)
        for stream, text in texts.items()
        for name in names
        if name in text and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text)
    }
    assert leaks == set()


def test_nothing_looks_like_an_address_or_a_visitors_ip(texts: dict[str, str]) -> None:
    for pattern in (ADDRESS, NETWORKS):
        leaks = {
            stream: sorted(found)[:3]
            for stream, text in texts.items()
            if (found := set(pattern.findall(text)) - PUBLIC)
        }
        assert leaks == {}


def test_what_is_looked_for_would_be_found(people: list[dict[str, Any]]) -> None:
    for kind in ("email", "phone", "ip", "street", "id", "handle"):
        value = next(str(p["value"]).lower() for p in people if p["kind"] == kind)
        assert spelled({value}, f'{{"x": "{value}", "y": 1}}', kind), kind
    assert ADDRESS.search("to=ines.petit12@mail.example&x")
    assert NETWORKS.search('"81.56.12.0"')
