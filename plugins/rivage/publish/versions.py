"""Published versions: written whole, swapped in atomically, kept for rollback."""

from __future__ import annotations

import json
import os
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from rivage.atomic import write_text
from rivage.duck import connect, literal
from rivage.errors import DiskFull, NothingToPublish
from rivage.publish.releases import Release, current, folder, releases
from rivage.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from duckdb import DuckDBPyConnection

    from rivage.incidents.waivers import Waiver

# The oldest storage format every DuckDB client from 0.10 on can open.
STORAGE_VERSION = "v1.0.0"


def live(settings: Settings) -> Path:
    """The one path that readers open."""
    return settings.published / "marts.duckdb"


def file_of(settings: Settings, version: str) -> Path:
    return settings.published / "versions" / f"{version}.duckdb"


def twins_of(settings: Settings, version: str) -> Path:
    return settings.published / "versions" / f"{version}.parquet"


def written_for(settings: Settings, build_id: str) -> str | None:
    """The version an earlier, interrupted publish of this build has already written."""
    found = sorted((settings.published / "versions").glob(f"marts_*_{build_id}.duckdb"))
    return found[-1].stem if found else None


def write(settings: Settings, draft: Release, waivers: Sequence[Waiver] = ()) -> Release:
    """Write the version file and its Parquet twins; nothing readers see changes yet.

    Returns:
        The release with row counts and content hash filled in. Its own row is in the
        file's ops_versions.
    """
    target = file_of(settings, draft.version)
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_suffix(".part")
    part.unlink(missing_ok=True)
    twins = twins_of(settings, draft.version)
    half = twins.with_suffix(".twins-part")
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir()
    try:
        with connect(memory_limit=settings.memory_limit, threads=settings.threads) as db:
            db.execute(f"attach {literal(str(settings.candidate))} as candidate (read_only)")
            storage = f"storage_version {literal(STORAGE_VERSION)}"
            db.execute(f"attach {literal(str(part))} as version ({storage})")
            db.execute("copy from database candidate to version")
            names = tables(db, "version")
            release = Release(
                **vars(draft)
                | {
                    "tables": {name: count for name, (count, _) in names.items()},
                    "content_sha256": _digest(names),
                }
            )
            _append_own_row(db, release)
            release.tables["ops_versions"] = release.tables.get("ops_versions", 0) + 1
            release.tables["ops_waivers"] = _write_waivers(db, waivers)
            for name in names:
                db.execute(
                    f"copy version.main.{name} to {literal(str(half / f'{name}.parquet'))} "
                    "(format parquet, compression zstd)"
                )
            db.execute("checkpoint version")
            db.execute("detach version")
    except OSError as error:
        raise DiskFull(f"Writing {part} failed: {error}.") from error
    _sync(part)
    part.chmod(0o444)
    shutil.rmtree(twins, ignore_errors=True)
    half.replace(twins)
    part.replace(target)
    return release


def tables(db: DuckDBPyConnection, catalog: str) -> dict[str, tuple[int, str]]:
    """Row count and order-independent content hash of each table of a catalog's main."""
    names = db.execute(
        "select table_name from duckdb_tables() where database_name = ? and schema_name = 'main' "
        "order by table_name",
        [catalog],
    ).fetchall()
    found = {}
    for (name,) in names:
        row = db.execute(
            f"select count(*), coalesce(bit_xor(hash(t)), 0), "
            f"coalesce(sum((hash(t) >> 8)::hugeint), 0) from {catalog}.main.{name} as t"
        ).fetchone()
        count, xor, total = row or (0, 0, 0)
        found[str(name)] = (int(count), f"{count}-{xor:x}-{int(total):x}")
    return found


def _digest(found: dict[str, tuple[int, str]]) -> str:
    """One hash over what the marts say; the ops_ tables also hold clock times."""
    import hashlib

    text = "|".join(f"{n}={h}" for n, (_, h) in found.items() if not n.startswith("ops_"))
    return hashlib.sha256(text.encode()).hexdigest()


def _append_own_row(db: DuckDBPyConnection, release: Release) -> None:
    columns = (
        "version, published_at, build_id, content_sha256, git_commit, horizon_date, tables, "
        "total_rows, audit_verdict, open_waivers, note"
    )
    row = release.row()
    row[7] = sum(release.tables.values()) + 1
    marks = ", ".join("?" * len(row))
    db.execute(f"insert into version.main.ops_versions ({columns}) values ({marks})", row)


def _write_waivers(db: DuckDBPyConnection, waivers: Sequence[Waiver]) -> int:
    """A waiver may be given after the build: what holds is known when the version is written."""
    if waivers:
        db.executemany(
            "insert into version.main.ops_waivers (fingerprint, table_name, broken_rule, "
            "waived_by, reason, given_date, last_date, kept_in) values (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                [w.fingerprint, w.table, w.rule, w.by, w.reason, w.given_on, w.until, w.source]
                for w in waivers
            ],
        )
    return len(waivers)


def read_back(settings: Settings, version: str) -> Release:
    """The release of a version whose file is written, from the file itself."""
    with connect(file_of(settings, version), read_only=True) as db:
        catalog = version_catalog(db)
        counts = {name: count for name, (count, _) in tables(db, catalog).items()}
        row = db.execute(
            "select version, published_at, build_id, content_sha256, git_commit, horizon_date, "
            "audit_verdict, open_waivers, note from ops_versions where version = ?",
            [version],
        ).fetchone()
    if row is None:
        raise NothingToPublish(
            f"{file_of(settings, version)} does not list itself in ops_versions.",
            do="Delete that file and publish again.",
        )
    version, at, build_id, content, commit, horizon, verdict, waivers, note = row
    return Release(version, at, build_id, content, commit, horizon, counts, verdict, waivers, note)


def version_catalog(db: DuckDBPyConnection) -> str:
    row = db.execute("select current_catalog()").fetchone()
    return str(row[0]) if row else ""


def swap(settings: Settings, version: str) -> None:
    """Make one version the one that new readers see; open readers keep theirs."""
    settings.published.mkdir(parents=True, exist_ok=True)
    part = settings.published / ".marts.part"
    part.unlink(missing_ok=True)
    try:
        part.hardlink_to(file_of(settings, version))
    except OSError:  # a file system without hard links
        shutil.copy2(file_of(settings, version), part)
    part.replace(live(settings))
    point_twins_at(settings, twins_of(settings, version).name)


def point_twins_at(settings: Settings, name: str) -> None:
    """Make a folder of published/versions the one that readers of Parquet see."""
    link = settings.published / ".parquet.part"
    link.unlink(missing_ok=True)
    link.symlink_to(Path("versions") / name)
    twins = settings.published / "parquet"
    if twins.is_dir() and not twins.is_symlink():  # a home copied by a tool that follows links
        shutil.rmtree(twins)
    link.replace(twins)


def point_at(settings: Settings, version: str, held: list[str]) -> None:
    """Write down which version is live, and which builds a rollback took away: those
    are not published again by themselves."""
    body = {"version": version, "since": datetime.now(UTC).isoformat(), "held_builds": held}
    write_text(settings.published / "current.json", json.dumps(body, indent=1))


def held_builds(settings: Settings) -> list[str]:
    """Builds that a rollback took away."""
    pointer = settings.published / "current.json"
    if not pointer.exists():
        return []
    return list(json.loads(pointer.read_text(encoding="utf-8")).get("held_builds", []))


def record(settings: Settings, release: Release) -> None:
    """Keep the release's record for good."""
    write_text(folder(settings) / f"{release.version}.json", release.to_json())


def previous(settings: Settings) -> Release:
    """The newest release before the current one whose file is still there."""
    now = current(settings)
    for release in reversed(releases(settings)):
        older = now is None or release.published_at < now.published_at
        if older and file_of(settings, release.version).exists():
            return release
    raise NothingToPublish(
        "There is no earlier version to go back to.",
        do="`rivage status` lists the versions that are kept.",
    )


def retire(settings: Settings) -> list[str]:
    """Delete version files beyond the newest `keep_versions`; never the current one."""
    now = current(settings)
    kept = releases(settings)[-settings.keep_versions :]
    names = {release.version for release in kept} | ({now.version} if now else set())
    gone = []
    for path in sorted((settings.published / "versions").glob("marts_*.duckdb")):
        if path.stem not in names:
            drop(settings, path.stem)
            gone.append(path.stem)
    return gone


def drop(settings: Settings, version: str) -> None:
    """Delete a version's file and what lies beside it; its release record stays."""
    file_of(settings, version).unlink()
    for beside in (settings.published / "versions").glob(f"{version}.*"):
        shutil.rmtree(beside, ignore_errors=True)


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
