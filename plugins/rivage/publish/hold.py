"""A release that is held: readers keep the last version, and it says since when and why."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from rivage.atomic import write_text
from rivage.duck import connect, literal
from rivage.publish import versions
from rivage.publish.releases import current
from rivage.settings import Settings
from rivage.warehouse.lock import writer_lock

if TYPE_CHECKING:
    from rivage.audit.document import Audit

TABLE = "ops_freshness"


@dataclass(frozen=True)
class Hold:
    """Since when newer numbers are held back from readers, and by what."""

    since: datetime
    """The first audit that held, since readers last got something new."""
    why: str
    build_id: str
    audit: str
    """Stem of the newest audit document that holds."""


def read(settings: Settings) -> Hold | None:
    """The hold in force, if any."""
    path = _path(settings)
    if not path.exists():
        return None
    body = json.loads(path.read_text(encoding="utf-8"))
    return Hold(datetime.fromisoformat(body.pop("since")), **body)


def hold(settings: Settings, audit: Audit) -> Hold:
    """Write down that this audit holds, and let readers know in `ops_freshness`."""
    before = read(settings)
    now = Hold(
        since=before.since if before else audit.audited_at,
        why=why(audit),
        build_id=audit.build_id,
        audit=audit.path(settings).stem,
    )
    with writer_lock(settings.home):
        write_text(_path(settings), json.dumps(asdict(now), default=str, indent=1))
        if before is None or before.why != now.why:
            tell_readers(settings)
    return now


def end(settings: Settings) -> None:
    """Readers have the newest again."""
    _path(settings).unlink(missing_ok=True)


def why(audit: Audit) -> str:
    """The reason in one sentence, with the worst rule first."""
    stops = audit.stops([f["fingerprint"] for f in audit.findings if f.get("waived_until")])
    worst = stops[0] if stops else {"table": "?", "rule": "no finding"}
    more = f", and {len(stops) - 1} more" if len(stops) > 1 else ""
    return f"Held back: {worst['table']}: {worst['rule']} - broken{more}."


def tell_readers(settings: Settings) -> None:
    """Swap in a copy of the live version whose `ops_freshness` says what is held, and why.

    The version file itself never changes, and neither does which version is live. The
    caller holds the writer lock. Without a hold or a version there is nothing to tell.
    """
    told, now = read(settings), current(settings)
    if told is None or now is None or not versions.file_of(settings, now.version).exists():
        return
    part = settings.published / ".held.part"
    part.unlink(missing_ok=True)
    shutil.copyfile(versions.file_of(settings, now.version), part)
    twins = settings.published / "versions" / f"{now.version}.held.parquet"
    half = settings.published / "versions" / f".{now.version}.held-part"
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir(parents=True)
    for twin in versions.twins_of(settings, now.version).glob("*.parquet"):
        if twin.stem != TABLE:
            _link(twin, half / twin.name)
    with connect(memory_limit=settings.memory_limit, threads=settings.threads) as db:
        db.execute(f"attach {literal(str(part))} as version")
        for column, kind in (("held_since", "timestamptz"), ("held_why", "varchar")):
            db.execute(f"alter table version.{TABLE} add column if not exists {column} {kind}")
        db.execute(
            f"update version.{TABLE} set held_since = ?, held_why = ?", [told.since, told.why]
        )
        db.execute(
            f"copy version.{TABLE} to {literal(str(half / f'{TABLE}.parquet'))} "
            "(format parquet, compression zstd)"
        )
        db.execute("checkpoint version")
        db.execute("detach version")
    part.chmod(0o444)
    shutil.rmtree(twins, ignore_errors=True)
    half.replace(twins)
    part.replace(versions.live(settings))
    versions.point_twins_at(settings, twins.name)


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # a file system without hard links
        shutil.copyfile(source, target)


def _path(settings: Settings) -> Path:
    return settings.published / "hold.json"
