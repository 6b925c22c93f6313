"""Schema drift: how a pull's fields and types differ from those of the pulls before it.

Pure: compares manifests. What counts as drift, and how bad it is:

- new: a field that no pull had and no column declares. It is kept in `_extra`. Warning;
  inside a JSON column, which keeps it anyway, info.
- widened: whole numbers became decimals, or a second type stands beside the first; a
  field that always had a value is null or left out in some records. Warning; critical
  where the column is declared whole, because its decimals are lost in it.
- emptied: a field that always had a value is null in every record. Warning: the column
  is still there, and the marts' own rules judge what its emptiness does to them.
- gone: a field that was in every record is in none. Critical for a declared column.
- changed: a field has only values of types it never had, or decimals became whole
  numbers (cents, perhaps). Critical for a declared column whose declaration the new
  type does not fit.

Fields that come and go by nature must wake nobody: absence counts only for a field that
every record had, over at least ENOUGH_PULLS pulls and ENOUGH_RECORDS records, and only in
a pull of at least FEW records. A field left out once without such a history is optional
from then on. A critical drift stays open, and is not taken for normal, until the field is
back or the declaration says otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from rivage.landing.manifest import Manifest
from rivage.landing.shape import ABSENT, NULL
from rivage.streams.model import Stream

ENOUGH_PULLS = 3
ENOUGH_RECORDS = 20
FEW = 5
_FITS = {"VARCHAR": {"VARCHAR"}, "BOOLEAN": {"BOOLEAN"}, "DOUBLE": {"INTEGER", "DOUBLE"}}
_WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UBIGINT", "UINTEGER")

What = Literal["new", "widened", "emptied", "gone", "changed"]
Severity = Literal["critical", "warning", "info"]


@dataclass(frozen=True)
class Drift:
    """One field of one stream and account that is not what it was."""

    stream: str
    account_id: str
    field: str
    what: What
    before: str
    after: str
    severity: Severity
    pulled_at: datetime
    """When the pull that showed it first began."""
    manifest: str
    """Key of a manifest of that pull."""
    sample: str = ""
    ended_at: datetime | None = None
    """When a later pull had the field as before; None while it lasts, and for warnings."""


@dataclass
class _Known:
    """What the pulls so far say of one field."""

    kinds: set[str]
    sometimes_absent: bool


@dataclass
class _Past:
    """What the pulls so far say of one stream and account."""

    pulls: int = 0
    records: int = 0
    fields: dict[str, _Known] = field(default_factory=dict)
    open: dict[str, Drift] = field(default_factory=dict)

    @property
    def enough(self) -> bool:
        return self.pulls >= ENOUGH_PULLS and self.records >= ENOUGH_RECORDS


def drifts(stream: Stream, pulls: Iterable[Manifest]) -> list[Drift]:
    """All drifts in the pulls of one stream and account, given oldest first."""
    past, found = _Past(), list[Drift]()
    for pull in pulls:
        if not pull.types or not pull.records:
            continue
        seen = {drift.field: drift for drift in _compare(stream, past, pull)}
        for name in [name for name in past.open if name not in seen]:
            at = found.index(past.open.pop(name))
            found[at] = replace(found[at], ended_at=pull.pulled_at)
        fresh = [drift for name, drift in seen.items() if name not in past.open]
        found += fresh
        past.open |= {drift.field: drift for drift in fresh if drift.severity == "critical"}
        _learn(past, pull)
    return found


def _compare(stream: Stream, past: _Past, pull: Manifest) -> Iterable[Drift]:
    for name, kinds in pull.types.items():
        known = past.fields.get(name)
        told = _new(stream, past, name) if known is None else _other(stream, past, name, pull)
        if told:
            before = _text(known.kinds, known.sometimes_absent) if known else "-"
            yield _drift(stream, pull, name, told, before, _text(kinds))
    if pull.records < FEW or not past.enough:
        return
    for name, known in past.fields.items():
        if name in pull.types or known.sometimes_absent or not _could_be_there(name, pull):
            continue
        severity: Severity = "critical" if declares(stream, name) else "warning"
        before = _text(known.kinds)
        yield _drift(stream, pull, name, ("gone", severity), before, "in no record")


def _drift(
    stream: Stream, pull: Manifest, name: str, told: tuple[What, Severity], before: str, after: str
) -> Drift:
    what, severity = told
    return Drift(
        stream.name, pull.account_id, name, what, before, after, severity, pull.pulled_at, pull.key
    )


def _new(stream: Stream, past: _Past, name: str) -> tuple[What, Severity] | None:
    if past.records < FEW or declares(stream, name):
        return None
    parent = name.partition(".")[0]
    if parent != name:
        known = past.fields.get(parent)
        if known is None or "OBJECT" not in known.kinds:
            return None  # the children of a new or so far empty object are no news of their own
    return "new", "info" if in_json_column(stream, name) else "warning"


def _other(stream: Stream, past: _Past, name: str, pull: Manifest) -> tuple[What, Severity] | None:
    known, now = past.fields[name], set(pull.types[name])
    minor: Severity = "warning" if declares(stream, name) else "info"
    before, after = known.kinds - {NULL}, now - {NULL, ABSENT}
    sure = past.enough and pull.records >= FEW
    fresh = after - before
    if before and fresh:
        whole_now = fresh == {"INTEGER"} and before == {"DOUBLE"}
        if not after & before and not (after == {"DOUBLE"} and before == {"INTEGER"}):
            if whole_now and not (sure and pull.records >= ENOUGH_RECORDS):
                return None  # a few whole amounts are no whole numbers yet
            bad = declares(stream, name) and (whole_now or not _fits(stream, name, after))
            return "changed", "critical" if bad else "warning"
        if fresh != {"INTEGER"} or "DOUBLE" not in before:
            cut = fresh == {"DOUBLE"} and "INTEGER" in before and not _fits(stream, name, after)
            return "widened", "critical" if cut and declares(stream, name) else "warning"
    if sure and NULL in now and NULL not in known.kinds:
        return ("widened" if after else "emptied"), minor
    if sure and ABSENT in now and not known.sometimes_absent:
        return "widened", minor
    return None


def _learn(past: _Past, pull: Manifest) -> None:
    """Take the pull for normal, except where a critical drift is open."""
    counts = pull.records >= FEW
    for name, kinds in pull.types.items():
        if name in past.open:
            continue
        absent = ABSENT in kinds
        known = past.fields.setdefault(name, _Known(set(), absent or past.pulls > 0))
        known.kinds |= set(kinds) - {ABSENT}
        known.sometimes_absent |= absent
    for name, known in past.fields.items():
        if counts and name not in pull.types and name not in past.open:
            known.sometimes_absent |= _could_be_there(name, pull)
    past.pulls += 1
    past.records += pull.records


def _could_be_there(name: str, pull: Manifest) -> bool:
    """A child is not missing where its object is."""
    parent = name.partition(".")[0]
    return parent == name or "OBJECT" in pull.types.get(parent, ())


def declares(stream: Stream, name: str) -> bool:
    """Whether a column reads this field, or a child of it."""
    return any(c.source == name or c.source.startswith(f"{name}.") for c in stream.columns)


def in_json_column(stream: Stream, name: str) -> bool:
    """Whether the field lies inside a column that keeps nested values whole."""
    return any(c.type == "JSON" and name.startswith(f"{c.source}.") for c in stream.columns)


def _fits(stream: Stream, name: str, kinds: set[str]) -> bool:
    for column in stream.columns:
        if column.source == name:
            kind = column.type.partition("(")[0]
            wanted = {"INTEGER"} if kind in _WHOLE else _FITS.get(kind, kinds)
            return kinds <= wanted
    return kinds == {"OBJECT"}  # the parent of declared fields


def _text(kinds: Iterable[str], sometimes_absent: bool = False) -> str:
    """`VARCHAR`, `DOUBLE or NULL`, `VARCHAR, left out in some records`."""
    told = " or ".join(sorted(set(kinds) - {ABSENT}))
    left_out = sometimes_absent or ABSENT in set(kinds)
    return f"{told}, left out in some records" if left_out else told
