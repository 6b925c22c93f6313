"""Rules between files: keys that must exist elsewhere, and handles that must not.

Keys count as known when they are written in the other file at all: a wrong fee there must
not make every line here wrong too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rivage.inputs.cells import LIST_SEPARATOR
from rivage.inputs.problems import Problem, write_one_of
from rivage.inputs.reading import Line, Sheet
from rivage.inputs.rows import FILES, SHOP


@dataclass(frozen=True)
class Known:
    """What the other files say. None: that file can't be read, so nothing is refused."""

    creators: dict[str, str] | None
    """creator_key -> handle, both as written."""
    codes: dict[str, frozenset[str]] | None
    """Code in lower case -> creator keys it belongs to."""
    handles: frozenset[str]
    """Every handle named anywhere, in lower case."""


def known(sheets: dict[str, Sheet]) -> Known:
    """Collect keys, codes and handles from every file that could be read."""
    creators: dict[str, str] = {}
    codes: dict[str, set[str]] = {}
    for line in _lines(sheets, "creator_contracts"):
        creators[line["creator_key"] or ""] = line["creator"] or ""
    for line in _lines(sheets, "promo_codes"):
        codes.setdefault((line["code"] or "").lower(), set()).add(line["creator_key"] or "")
    handles = {
        (line["creator"] or "").lower()
        for stem in ("creator_contracts", "outreach")
        for line in _lines(sheets, stem)
    }
    return Known(
        None if _unreadable(sheets, "creator_contracts") else creators,
        None if _unreadable(sheets, "promo_codes") else {k: frozenset(v) for k, v in codes.items()},
        frozenset(handles - {""}),
    )


def _lines(sheets: dict[str, Sheet], stem: str) -> Iterator[dict[str, str | None]]:
    for line in sheets[stem].lines if stem in sheets else ():
        yield line.cells


def _unreadable(sheets: dict[str, Sheet], stem: str) -> bool:
    return stem in sheets and not sheets[stem].lines and bool(sheets[stem].problems)


def problems(stem: str, lines: list[Line], there: Known) -> Iterator[Problem]:
    """What is wrong between this file and the others."""
    file = f"{stem}.csv"
    for one in lines:
        cells = one.cells
        if stem in ("promo_codes", "outreach") and there.creators is not None:
            yield from _creator(file, stem, one, there.creators)
        if stem == "campaign_plans" and there.creators is not None:
            yield from _creators(file, one, there.creators)
        if stem == "creator_contracts" and there.codes is not None:
            yield from _codes(file, one, there.codes)
        for column, value in cells.items():
            named = _handle_in(value or "", there.handles)
            if named and column not in FILES[stem].PERSONAL:
                yield Problem(
                    file, one.number, column, value or "",
                    "names a creator by handle, and this column is stored in clear",
                    "write the creator_key instead", personal=True,
                )  # fmt: skip


def _creator(file: str, stem: str, one: Line, creators: dict[str, str]) -> Iterator[Problem]:
    key = one.cells["creator_key"]
    if key is None or (key == SHOP and stem == "promo_codes"):
        return
    words = [*creators, SHOP] if stem == "promo_codes" else [*creators]
    if key not in creators:
        yield Problem(
            file, one.number, "creator_key", key, "is no creator of creator_contracts.csv",
            write_one_of(key, words, "add the contract first"),
        )  # fmt: skip
    elif stem == "outreach" and creators[key].lower() != (one.cells["creator"] or "").lower():
        yield Problem(
            file, one.number, "creator_key", key,
            "belongs to another creator in creator_contracts.csv", "correct the key or the handle",
        )  # fmt: skip


def _creators(file: str, one: Line, creators: dict[str, str]) -> Iterator[Problem]:
    written = one.cells["creator_keys"] or ""
    for key in (part.strip() for part in written.split(LIST_SEPARATOR)):
        if key and key not in creators:
            yield Problem(
                file, one.number, "creator_keys", written,
                f"has {key!r}, which is no creator of creator_contracts.csv",
                write_one_of(key, [*creators], "add the contract first"),
            )  # fmt: skip


def _codes(file: str, one: Line, codes: dict[str, frozenset[str]]) -> Iterator[Problem]:
    key = one.cells["creator_key"] or ""
    for code in (one.cells["promo_codes"] or "").split(LIST_SEPARATOR):
        owners = codes.get(code.strip().lower())
        if not code.strip() or (owners and key in owners):
            continue
        mine = [c.upper() for c, keys in codes.items() if key in keys]
        what = (
            f"has {code.strip()!r}, which promo_codes.csv gives to {', '.join(sorted(owners))}"
            if owners
            else f"has {code.strip()!r}, which is not in promo_codes.csv"
        )
        yield Problem(
            file, one.number, "promo_codes", one.cells["promo_codes"] or "", what,
            write_one_of(code, mine, f"add the code to promo_codes.csv with creator_key {key}"),
        )  # fmt: skip


def _handle_in(text: str, handles: frozenset[str]) -> str | None:
    words = set(re.findall(r"[a-z0-9_.-]+", text.lower()))
    words |= {word.rstrip(".,-") for word in words}
    return next(iter(sorted(words & handles)), None)
