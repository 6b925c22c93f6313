"""Land altered rows as if the API had sent them: what bench/planted_faults.py plants with."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from rivage.connectors.base import Account, Files, Page
from rivage.duck import connect, literal
from rivage.landing.manifest import Manifest, folder
from rivage.landing.shape import ABSENT, NULL
from rivage.landing.store import Store
from rivage.landing.writer import write
from rivage.streams import stream as stream_named
from rivage.streams.model import Snapshot, Stream
from rivage.windows import Window
from tests.simulated import SALT

Record = dict[str, Any]
Change = Callable[[list[Record]], list[Record]]
ZONE = "Europe/Paris"
"""Of every account of the simulated brand whose stream is cut by the day of a change."""


def edited(edit: Callable[[list[Record]], object]) -> Change:
    """All records in their places, after `edit` has altered some."""

    def change(records: list[Record]) -> list[Record]:
        edit(records)
        return records

    return change


def each(edit: Callable[[Record], object]) -> Change:
    """All records in their places, each altered."""
    return edited(lambda records: [edit(record) for record in records])


@dataclass(frozen=True)
class Plot:
    """A home in which the pull of `day` has ended and its build is due."""

    home: Path
    day: date
    bucket: Path
    """Where GA4's export is delivered."""

    @property
    def store(self) -> Store:
        return Store(self.home / "landing", self.home / "tmp")

    def last(self, days: int) -> Window:
        """So many days, the newest one included."""
        return Window(self.day - timedelta(days=days - 1), self.day)

    def records(self, name: str) -> list[Record]:
        """What the newest pull of the day brought, of all accounts."""
        stream = stream_named(name)
        newest = (m for manifests in self._newest(stream, 1, None) for m in manifests)
        return [record for manifest in newest for record in _records(self.store, stream, manifest)]

    def resend(self, name: str, change: Change, days: int = 1, account: int | None = None) -> None:
        """Let the newest pull have brought `change` of what it brought, in its last days.

        Args:
            account: only the stream's account of this place in order; all by default.
        """
        stream = stream_named(name)
        for manifests in self._newest(stream, days, account):
            records = [record for m in manifests for record in _records(self.store, stream, m)]
            self._withdraw(manifests)
            page = Page(change(records), "planted", manifests[-1].api_version, 0, 1)
            self._land(stream, manifests, page)

    def redeliver(self, select: str) -> None:
        """Let the export of the day have held this, as SQL over its `rows`."""
        stream = stream_named("ga4_export__events")
        ((manifest,),) = self._newest(stream, 1, None)
        (delivered,) = self.bucket.rglob(f"events_{self.day:%Y%m%d}.parquet")
        path = self.home / "tmp" / "planted.parquet"
        path.parent.mkdir(exist_ok=True)
        with connect() as db:
            source = f"read_parquet({literal(str(delivered))})"
            db.execute(f"create view rows as select * from {source}")
            db.execute(f"copy ({select}) to {literal(str(path))} (format parquet)")
        self._withdraw([manifest])
        self._land(stream, [manifest], Files(Window(self.day, self.day), (path,), "planted"))

    def lose(self, name: str, day: date) -> None:
        """Take every pull of one day away, as a lost folder does."""
        for account in _accounts(self.store, stream_named(name)):
            for path in (self.home / "landing" / folder(name, account, day)).glob("*.json"):
                path.unlink()

    def alter(self, *statements: str) -> None:
        """Change the built candidate, as a bug of a model would."""
        with connect(self.home / "candidate.duckdb") as db:
            for statement in statements:
                db.execute(statement)

    def _newest(self, stream: Stream, days: int, account: int | None) -> Iterator[list[Manifest]]:
        """Per account, the newest manifests of the last days, oldest day first."""
        names = _accounts(self.store, stream)
        span = 1 if isinstance(stream.window, Snapshot) else days
        for name in names if account is None else names[account : account + 1]:
            keys = [self.store.newest(folder(stream.name, name, d)) for d in self._days(span)]
            yield [Manifest.from_json(self.store.read_text(key)) for key in keys if key]

    def _days(self, days: int) -> list[date]:
        return list(self.last(days).each_day())

    def _withdraw(self, manifests: list[Manifest]) -> None:
        """Unless it was built with already, the pull itself never happened."""
        for manifest in manifests:
            if manifest.window_start == self.day:
                self.store.delete(manifest.key)

    def _land(self, stream: Stream, manifests: list[Manifest], answer: Page | Files) -> None:
        # Landed rows are free of personal data already, and hashing twice would change them.
        again = isinstance(answer, Page)
        write(
            replace(stream, personal=()) if again else stream,
            Account(manifests[0].account_id, "", ZONE, ""),
            Window(manifests[0].window_start, manifests[-1].window_end),
            [answer],
            store=self.store,
            salt=None if again else SALT,
            pulled_at=datetime.now(UTC),
        )


def _accounts(store: Store, stream: Stream) -> list[str]:
    keys = store.manifests(f"{stream.source}/{stream.name}")
    return sorted({key.split("/")[2].removeprefix("account=") for key in keys})


def _records(store: Store, stream: Stream, manifest: Manifest) -> list[Record]:
    """Landed rows as the records they came from."""
    if manifest.object is None:
        return []
    with connect() as db:
        found = db.execute(
            f"select * from read_parquet({literal(str(store.fetch(manifest.object)))}, "
            "hive_partitioning = false)"
        )
        names = [str(column[0]) for column in found.description]
        rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    return [_record(stream, manifest, row) for row in rows]


def _record(stream: Stream, manifest: Manifest, row: dict[str, Any]) -> Record:
    record: Record = json.loads(row["_extra"] or "{}")
    for column in stream.columns:
        kinds, value = manifest.types.get(column.source, ()), row[column.name]
        if value is None and (NULL not in kinds or ABSENT in kinds):
            continue
        value = _sent(value, kinds, column.type)
        *parents, name = column.source.split(".")
        place = record
        for parent in parents:
            place = place.setdefault(parent, {})
        place[name] = value
    return record


def _sent(value: Any, kinds: tuple[str, ...], landed_as: str) -> Any:
    """A landed value as JSON had it: a number may have landed as text or with decimals."""
    if isinstance(value, str) and (landed_as == "JSON" or not {"VARCHAR", NULL} & set(kinds)):
        return json.loads(value)
    whole = isinstance(value, float) and value.is_integer() and "DOUBLE" not in kinds
    return int(value) if whole else value
