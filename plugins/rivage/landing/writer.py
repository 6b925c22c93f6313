"""Pages in, one immutable Parquet object and manifest per window out."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from rivage.connectors.base import Account, Edition, Files, Page
from rivage.duck import connect, literal
from rivage.errors import SchemaBroke
from rivage.landing import editions, files, guard, records, tombstones
from rivage.landing import salt as salts
from rivage.landing.manifest import Manifest, folder, pull_id
from rivage.landing.personal import scrub
from rivage.landing.pieces import Pieces
from rivage.landing.store import Store, disk_full
from rivage.streams.model import Snapshot, Stream
from rivage.windows import Window

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

log = logging.getLogger(__name__)

FILES = "parquet"
"""What stands in a manifest for the API version when files were delivered."""
GROUP_ROWS = 16_384
"""Rows of delivered files that are held at a time while an object is written: they are wide, and
DuckDB's own 122,880 of them need more memory than a pull has."""
SHRUNK = 0.95
"""A new edition of a day with fewer of the rows the last one had is worth a warning."""


@dataclass
class Answers:
    """What is known about the answers one request window got."""

    pages: int = 0
    records: int = 0
    bytes: int = 0
    api_version: str = ""
    request_ids: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """Each once, in the order they came."""
    served_to: date | None = None


@dataclass(frozen=True)
class Landed:
    """The manifests one request window produced, and the counts behind them."""

    manifests: tuple[Manifest, ...]
    answers: Answers

    @property
    def unchanged(self) -> int:
        return sum(1 for m in self.manifests if m.object and m.pull_id not in m.object)


def write(
    stream: Stream,
    account: Account,
    window: Window,
    pulled: Iterable[Page | Files | Edition],
    *,
    store: Store,
    salt: str | None,
    pulled_at: datetime,
    memory_limit: str = "256MB",
    on_page: Callable[[], None] = lambda: None,
) -> Landed:
    """Land everything of one request window.

    Pages are spooled as they arrive, so memory does not grow with their number; a
    window is visible in landing only once its manifest is, so a crash in between
    leaves nothing half-landed. Files of an edition that landed before are not read again.

    Raises:
        SchemaBroke: a record breaks what the stream declares; nothing is landed.
        DiskFull: no room for the spool or the object; nothing is landed.
        SettingMissing, SaltChanged: personal data must be hashed, and the salt is missing,
            too short or not this landing's.
    """
    salt = salts.require([stream], salt, store)
    answers, edition = Answers(), ""
    # One thread: pulls run side by side, and each thread holds parsed records of its own.
    with (
        store.spool() as spool,
        connect(memory_limit=memory_limit, threads=1) as db,
        ExitStack() as held,
    ):
        db.execute(f"set temp_directory = {literal(str(spool / 'duckdb'))}")
        lines = Pieces(spool)
        delivered: list[Files] = []
        try:
            with lines:
                for page in pulled:
                    if isinstance(page, Edition | Files):
                        edition = editions.mark(stream, page.version, salt)
                        held.enter_context(guard.landing(store))
                        before = editions.landed(store, stream, account.id, window, edition)
                        if before:
                            again = editions.seen_again(before, pulled_at)
                            store.put_text(again.to_json(), again.key, spool)
                            answers.records = again.rows
                            return Landed((again,), answers)
                        held.close()
                        delivered.append(page if isinstance(page, Files) else page.fetch(spool))
                        continue
                    for record in page.records:
                        lines.add(scrub(record, stream.personal, salt))
                    _note(answers, page)
                    on_page()
        except OSError as error:
            raise disk_full(error, f"{stream.name} (spool)") from error
        if delivered:
            parts = files.read(db, stream, account, window, delivered, salt)
            answers.pages, answers.bytes = parts.files, parts.bytes
            answers.api_version = FILES
            fields, undeclared, types = parts.fields, parts.undeclared, parts.types
            answers.notes += parts.notes
            edition = editions.mark(stream, "|".join(f.version for f in delivered), salt)
        else:
            fields, undeclared, types = records.read(
                db, stream, account, window, lines.paths, answers.records
            )
        held.enter_context(guard.landing(store))
        if salts.hashes(stream):
            salts.keep(store, salt, spool)
        forgotten = tombstones.drop(db, stream, store, salt)
        if forgotten:
            answers.notes.append(f"{forgotten} rows of forgotten persons were left out")
        days = _days(db, stream, window)
        if answers.served_to is not None:
            days = {day: found for day, found in days.items() if day <= answers.served_to}
        answers.records = sum(rows for rows, _ in days.values())
        manifests = []
        for day, (rows, content) in days.items():
            manifest = Manifest(
                stream=stream.name,
                account_id=account.id,
                window_start=day,
                window_end=day,
                pull_id=pull_id(pulled_at, stream.name, account.id, str(day), content),
                pulled_at=pulled_at,
                rows=rows,
                content=content,
                object=None,
                sha256=None,
                api_version=answers.api_version,
                request_ids=tuple(answers.request_ids),
                fields=fields,
                undeclared=undeclared,
                types=types,
                records=answers.records,
                notes=tuple(answers.notes),
                edition=edition,
            )
            manifests.append(_land(db, stream, manifest, store, spool))
    return Landed(tuple(manifests), answers)


def _note(answers: Answers, page: Page) -> None:
    answers.pages += 1
    answers.records += len(page.records)
    answers.bytes += page.bytes
    answers.api_version = page.api_version
    if page.served_to is not None:
        answers.served_to = min(page.served_to, answers.served_to or page.served_to)
    answers.notes += [note for note in page.notes if note not in answers.notes]
    if page.request_id and len(answers.request_ids) < 100:
        answers.request_ids.append(page.request_id)


def _days(db: DuckDBPyConnection, stream: Stream, window: Window) -> dict[date, tuple[int, str]]:
    """Rows and content hash of each window to land, empty ones included."""
    found: dict[date | None, tuple[int, str]] = {
        day: (rows, f"{rows}-{xor:x}-{low:x}")
        for day, rows, xor, low in db.execute(
            "select _day, count(*), bit_xor(_hash), sum((_hash % 9223372036854775783)::hugeint) "
            "from records group by _day order by _day"
        ).fetchall()
    }
    snapshot = isinstance(stream.window, Snapshot)
    wanted = [window.end] if snapshot else list(window.each_day())
    strangers = [day for day in found if day not in wanted]
    if strangers:
        told = ", ".join(str(day) for day in strangers[:3])
        raise SchemaBroke(
            f"The answer holds records of {told}, outside the asked window.", window=str(window)
        )
    return {day: found.get(day, (0, "0")) for day in wanted}


def _land(
    db: DuckDBPyConnection, stream: Stream, manifest: Manifest, store: Store, spool: Path
) -> Manifest:
    """Write one window: the object first, its manifest last. Returns what was written."""
    home = folder(manifest.stream, manifest.account_id, manifest.window_start)
    before = store.newest(home)
    earlier = Manifest.from_json(store.read_text(before)) if before else None
    same = earlier is not None and earlier.content == manifest.content
    if earlier and manifest.edition and manifest.rows < SHRUNK * earlier.rows:
        told = f"the new edition has {manifest.rows} rows, the one before it had {earlier.rows}"
        log.warning("rows_fell stream=%s window=%s %s", stream.name, manifest.window_start, told)
        manifest = replace(manifest, notes=(*manifest.notes, told))
    if manifest.rows and earlier and same and store.intact(earlier.object, earlier.sha256):
        manifest = replace(manifest, object=earlier.object, sha256=earlier.sha256)
    elif manifest.rows:
        finished = spool / "object.parquet"
        # Pages come in any order; delivered files keep theirs.
        is_files = manifest.api_version == FILES
        order = "" if is_files else f"order by {', '.join(stream.keys)}, _extra"
        groups = f", row_group_size {GROUP_ROWS}" if is_files else ""
        stamps = (
            f"{literal(manifest.pull_id)} as _pull_id, "
            f"{literal(manifest.pulled_at.isoformat())}::timestamptz as _pulled_at, "
            f"{literal(manifest.account_id)} as _account_id, "
            f"date {literal(str(manifest.window_start))} as _window_start"
        )
        db.execute(
            f"copy (select * exclude (_day, _hash), {stamps} from records "
            f"where _day = date {literal(str(manifest.window_start))} {order}) "
            f"to {literal(str(finished))} (format parquet, compression zstd{groups})"
        )
        with finished.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        key = f"{home}/{manifest.pull_id}.parquet"
        store.put(finished, key)
        manifest = replace(manifest, object=key, sha256=digest)
    store.put_text(manifest.to_json(), manifest.key, spool)
    return manifest
