"""What a build may expect of each source: configured or not, granted or refused.

It is written into the ledger and the candidate's record, so that models, horizon and audit
judge by what was so when the candidate was built, however often they are repeated.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rivage.connectors import CONNECTORS, configured
from rivage.connectors.settings_of import to_set
from rivage.duck import insert
from rivage.landing.refusals import Refusal
from rivage.settings import Settings
from rivage.streams.model import Snapshot, Stream
from rivage.warehouse.marts import Mart

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

REFERENCE = frozenset(name for name, entry in CONNECTORS.items() if entry.family == "reference")
"""Sources that only help to read others."""

TABLES = """
create or replace table ledger.streams (
    stream varchar primary key, source varchar, kind varchar, required boolean,
    is_reference boolean, is_configured boolean,
    lookback_days integer, lookback_reason varchar, latency_days integer
);
create or replace table ledger.refusals (
    stream varchar, account_id varchar, refused_at timestamptz, scope varchar, advice varchar
);
create or replace table ledger.mart_streams (
    mart varchar, stream varchar, need_group integer, primary key (mart, stream)
);
create or replace table ledger.source_settings (source varchar primary key, settings varchar);
"""


@dataclass(frozen=True)
class Access:
    """The sources that are configured, and what their platforms refuse."""

    sources: frozenset[str]
    refused: tuple[Refusal, ...] = ()

    @property
    def text(self) -> str:
        """All of it, for the fingerprint of a build."""
        refused = (f"{r.stream}={r.account_id}@{r.refused_at:%Y%m%d}" for r in self.refused)
        return ",".join([*sorted(self.sources), *sorted(refused)])


def of(settings: Settings, landed: Iterable[str], refused: Iterable[Refusal] = ()) -> Access:
    """What is configured now.

    Args:
        landed: Sources that landing has objects of. A process that knows of no source (its
            settings hold no access) takes these for configured: nothing was taken away.
    """
    named = frozenset(configured(settings))
    if not named - REFERENCE:
        named |= frozenset(landed)
    return Access(named, tuple(sorted(refused, key=lambda r: (r.stream, r.account_id))))


def write(db: DuckDBPyConnection, streams: Iterable[Stream], access: Access | None) -> None:
    """Write down every declared stream and who may read it.

    Args:
        access: None takes every source for configured.
    """
    db.execute(TABLES)
    declared = {stream.name: stream for stream in streams}

    def open_(name: str) -> bool:
        stream = declared.get(name)
        return stream is not None and (access is None or stream.connector in access.sources)

    rows = [
        (
            stream.name,
            stream.connector,
            type(stream.window).__name__.lower(),
            not isinstance(stream.window, Snapshot)
            and (stream.required or bool(stream.stands_in_for and not open_(stream.stands_in_for))),
            stream.connector in REFERENCE,
            open_(stream.name),
            stream.lookback.days,
            stream.lookback.reason,
            stream.latency,
        )
        for stream in declared.values()
    ]
    insert(db, "ledger.streams", rows)
    insert(
        db,
        "ledger.source_settings",
        [(name, ", ".join(one.variable for one in to_set(name)) or None) for name in CONNECTORS],
    )
    refused = access.refused if access else ()
    insert(
        db,
        "ledger.refusals",
        [(r.stream, r.account_id, r.refused_at, r.scope, r.do) for r in refused],
    )


def write_marts(
    db: DuckDBPyConnection, marts: Iterable[Mart], lineage: Mapping[str, frozenset[str]]
) -> None:
    """Write down which streams each mart reads, and which of them it says nothing without."""
    rows = []
    for mart in marts:
        group_of = {name: n for n, group in enumerate(mart.needs, start=1) for name in group}
        rows += [
            (mart.name, stream, group_of.get(stream))
            for stream in sorted(lineage.get(mart.name, frozenset()) | group_of.keys())
        ]
    insert(db, "ledger.mart_streams", rows)


def unanswered(marts: Iterable[Mart], landed: Collection[str]) -> list[str]:
    """Marts that need a stream of which nothing ever landed."""
    return [
        mart.name
        for mart in marts
        if not all(any(stream in landed for stream in group) for group in mart.needs)
    ]
