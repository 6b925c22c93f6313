"""What a person may do from a page; each checks its fields and becomes one line of the log."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta

from rivage.desk.gate import RequestRefused
from rivage.desk.pages import SNOOZES
from rivage.errors import NothingToPublish
from rivage.incidents import decisions
from rivage.publish.releases import current, releases
from rivage.publish.versions import file_of
from rivage.settings import Settings
from rivage.warehouse.lock import writer_lock

Plain = Callable[[Settings, str, str, str, datetime], None]
_PLAIN: dict[str, Plain] = {
    "acknowledge": decisions.acknowledge, "revoke": decisions.revoke,
    "resolve": decisions.resolve, "comment": decisions.comment,
}  # fmt: skip
DECISIONS = (*_PLAIN, "snooze", "waive")


def decide(
    settings: Settings, what: str, fingerprint: str, sent: Mapping[str, str], by: str, at: datetime
) -> None:
    """Take one decision about one finding.

    Raises:
        DecisionInvalid: the fields or the incident don't allow it.
        RequestRefused: a field that no page sends so.
    """
    why = sent.get("why", "")
    if what in _PLAIN:
        _PLAIN[what](settings, fingerprint, by, why, at)
    elif what == "snooze":
        hours = sent.get("hours", "")
        if hours not in {str(offered) for offered in SNOOZES}:
            raise RequestRefused(f"A snooze lasts one of {', '.join(map(str, SNOOZES))} hours.")
        until = at + timedelta(hours=int(hours))
        decisions.snooze(settings, fingerprint, by, why, until, at)
    elif what == "waive":
        decisions.waive(settings, fingerprint, by, why, _day(sent.get("until", "")), at)
    else:
        raise RequestRefused("There is no such decision.", status=404)


def roll_back(
    settings: Settings, version: str, sent: Mapping[str, str], by: str,
    rollback: Callable[[Settings, str, str, str], object],
) -> None:  # fmt: skip
    """Give readers an earlier version.

    Raises:
        FileLocked: a build or publish is under way; a page does not wait for it.
        NothingToPublish: that version is not kept.
        DecisionInvalid: no reason, too long a one, or readers see that version already.
    """
    why = sent.get("why", "")
    decisions.check(by, why)
    live = current(settings)
    if live and live.version == version:
        raise decisions.DecisionInvalid(f"Readers see {version} already.")
    known = {release.version for release in releases(settings)}
    if version not in known or not file_of(settings, version).exists():
        raise NothingToPublish("No version of that name is kept.", do="Choose one from the list.")
    with writer_lock(settings.home, wait_seconds=0):
        pass
    rollback(settings, version, by, why)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise decisions.DecisionInvalid(
            "A waiver needs its last day.", do="Choose it from the calendar."
        ) from None
