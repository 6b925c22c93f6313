"""Publish the audited candidate, or go back to an earlier version."""

from __future__ import annotations

import subprocess
from datetime import UTC, date, datetime

from rivage.audit.document import latest
from rivage.errors import AuditFailed, NothingToPublish
from rivage.incidents.waivers import in_force
from rivage.publish import hold, versions
from rivage.publish.releases import Release, current, releases
from rivage.settings import REPO, Settings
from rivage.warehouse.candidate import Candidate
from rivage.warehouse.lock import writer_lock


def is_published(settings: Settings, build_id: str) -> bool:
    """Whether readers see this build already, or a rollback took it from them."""
    now = current(settings)
    seen = now is not None and now.build_id == build_id and versions.live(settings).exists()
    return seen or build_id in versions.held_builds(settings)


def publish(settings: Settings) -> tuple[Release, bool]:
    """Write the version file, swap it in, record the release; idempotent at every point.

    Returns:
        The release readers now see, and whether this call made it so.

    Raises:
        NothingToPublish: no finished candidate, or a rollback took this build away.
        AuditFailed: the candidate was never audited, or has a critical finding.
    """
    with writer_lock(settings.home):
        candidate = Candidate.read(settings)
        if candidate is None:
            raise NothingToPublish("There is no finished candidate.", do="Run `rivage build`.")
        audit = latest(settings, candidate.build_id)
        if audit is None:
            raise AuditFailed(
                f"Candidate {candidate.build_id} was never audited.", do="Run `rivage audit`."
            )
        at = datetime.now(UTC)
        waivers = in_force(settings, at.date())
        if stops := audit.stops(waivers):
            raise AuditFailed(
                f"Candidate {candidate.build_id} has {len(stops)} critical finding(s): "
                + " | ".join(f["sentence"] for f in stops[:3]),
                do="`rivage findings` says more. Mend the cause and build again, or waive the rule "
                "with a reason; readers still see the version before.",
            )
        held = versions.held_builds(settings)
        if candidate.build_id in held:
            raise NothingToPublish(
                f"Build {candidate.build_id} was taken back by a rollback.",
                do="Fix what was wrong and build again, or `rivage rollback` to it by name.",
            )
        now = current(settings)
        if now and now.build_id == candidate.build_id and versions.live(settings).exists():
            return now, False
        written = versions.written_for(settings, candidate.build_id)
        if written:
            release = versions.read_back(settings, written)
        else:
            draft = Release(
                version=f"marts_{at:%Y%m%dT%H%M%SZ}_{candidate.build_id}",
                published_at=at,
                build_id=candidate.build_id,
                content_sha256="",
                git_commit=_git_commit(),
                horizon=date.fromisoformat(candidate.horizon) if candidate.horizon else None,
                tables={},
                audit_verdict=audit.verdict_with(waivers),
                open_waivers=len(waivers),
                note=_note(candidate),
            )
            release = versions.write(settings, draft, list(waivers.values()))
        versions.swap(settings, release.version)
        versions.record(settings, release)
        versions.point_at(settings, release.version, held)
        hold.end(settings)
        versions.retire(settings)
    return release, True


def rollback(settings: Settings, version: str | None = None) -> Release:
    """Make an earlier version live again; the build left behind is held back.

    Raises:
        NothingToPublish: no such version is kept.
    """
    with writer_lock(settings.home):
        now = current(settings)
        if version is None:
            target = versions.previous(settings)
        else:
            known = {r.version: r for r in releases(settings)}
            if version not in known or not versions.file_of(settings, version).exists():
                raise NothingToPublish(
                    f"Version {version} is not kept.", do="`rivage status` lists those that are."
                )
            target = known[version]
        held = set(versions.held_builds(settings)) - {target.build_id}
        if now and now.build_id != target.build_id:
            held.add(now.build_id)
        versions.swap(settings, target.version)
        versions.point_at(settings, target.version, sorted(held))
        hold.tell_readers(settings)
    return target


def _note(candidate: Candidate) -> str:
    if not candidate.stale:
        return ""
    told = ", ".join(
        f"{s['stream']} of {s['account']} ends {s['covered_to']}" for s in candidate.stale
    )
    return f"Behind: {told}."


def _git_commit() -> str:
    """Short hash of the code that built this, "" outside a checkout."""
    done = subprocess.run(  # noqa: S603 - fixed words
        ["git", "-C", str(REPO), "rev-parse", "--short", "HEAD"],  # noqa: S607 - git from PATH
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.stdout.strip()
