"""The state of things, read from landing, audit documents and releases; writes nothing."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rivage import access
from rivage.audit.document import latest
from rivage.landing.coverage import coverage
from rivage.landing.store import Store
from rivage.publish import hold
from rivage.publish.releases import current, releases
from rivage.publish.versions import file_of, live
from rivage.settings import Settings
from rivage.streams import all_streams
from rivage.warehouse.candidate import Candidate
from rivage.windows import Window


def read_status(settings: Settings, now: datetime) -> dict[str, Any]:
    """What readers see, the last audit in words, coverage by stream, kept versions."""
    seen = current(settings)
    return {
        "home": str(settings.home),
        "published": {
            "version": seen.version,
            "path": str(live(settings)),
            "published_at": seen.published_at,
            "age_hours": (now - seen.published_at).total_seconds() / 3600,
            "horizon": seen.horizon,
            "verdict": seen.audit_verdict,
            "note": seen.note,
        } if seen else None,
        "held": vars(held) if (held := hold.read(settings)) else None,
        "candidate": vars(found) if (found := Candidate.read(settings)) else None,
        "audit": _audit(settings),
        "streams": _streams(settings),
        "not_granted": [
            access.plain(one, sentence=access.sentence(one)) for one in access.listed(settings, now)
        ],
        "versions": [
            {
                "version": release.version, "horizon": release.horizon,
                "rows": sum(release.tables.values()), "verdict": release.audit_verdict,
                "live": seen is not None and release.version == seen.version,
                "kept": file_of(settings, release.version).exists(),
            }
            for release in releases(settings)
        ],
    }  # fmt: skip


def _audit(settings: Settings) -> dict[str, Any] | None:
    last = latest(settings)
    if last is None:
        return None
    seen = current(settings)
    if seen and seen.build_id == last.build_id:
        consequence = "this candidate is published"
    elif last.verdict == "fail":
        still = f"readers still see {seen.version}" if seen else "readers see nothing yet"
        consequence = f"nothing was published, {still}"
    else:
        consequence = "this candidate is not published yet"
    return {
        "build_id": last.build_id, "verdict": last.verdict, "audited_at": last.audited_at,
        "checks": last.checks, "findings": last.findings, "consequence": consequence,
        "document": str(last.path(settings)),
    }  # fmt: skip


def _streams(settings: Settings) -> list[dict[str, Any]]:
    store = Store(settings.landing_url, settings.home / "tmp")
    covered = coverage(store, all_streams().values())
    newest = max((c.last for c in covered if c.last), default=None)
    rows = []
    for one in covered:
        if one.first is None or one.last is None:
            continue
        folder_name = one.stream.split("__", 1)[0]
        home = f"{folder_name}/{one.stream}/account={one.account_id}/window={one.last}"
        pulled = store.newest(home) or ""
        rows.append(
            {
                "stream": one.stream, "account": one.account_id,
                "covered_from": one.first, "covered_to": one.last,
                "missing_days": len(one.missing(Window(one.first, one.last))),
                "last_pull": pulled.rsplit("/", 1)[-1].split("-")[0][:16],
                "stale": newest is not None and one.last < newest,
            }
        )  # fmt: skip
    return rows
