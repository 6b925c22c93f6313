"""A held candidate that somebody lets pass all the same, or does not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from rivage.audit.document import latest
from rivage.errors import NothingToPublish
from rivage.incidents import decisions
from rivage.incidents.waivers import in_force
from rivage.settings import Settings
from rivage.warehouse.candidate import Candidate


class HoldOver(NothingToPublish):
    """What was to be decided is no longer so: there is a newer candidate, or a newer audit."""

    advice = "Nothing was changed. `rivage findings` shows what holds now."


def approve(
    settings: Settings, build_id: str, audit: str, *, by: str, why: str, days: int, at: datetime
) -> list[str]:
    """Waive what stops this candidate, for `days` days, today included; all of it or nothing.

    Args:
        audit: stem of the audit document that was decided about.

    Returns:
        The rules that were waived.

    Raises:
        HoldOver: the candidate was built or audited again meanwhile.
        DecisionInvalid: no reason, or a waiver that would end too late.
    """
    seen, candidate = latest(settings, build_id), Candidate.read(settings)
    if seen is None or candidate is None or candidate.build_id != build_id:
        raise HoldOver(f"The candidate {build_id} was replaced by another one.")
    if seen.path(settings).stem != audit:
        raise HoldOver(f"The candidate {build_id} was audited again after {audit}.")
    decisions.check(by, why)
    today = at.astimezone(UTC).date()
    stops = seen.stops(in_force(settings, today))
    for finding in stops:
        until = today + timedelta(days=days - 1)
        decisions.waive(settings, finding["fingerprint"], by, why, until, at)
    return [f"{finding['table']}: {finding['rule']}" for finding in stops]
