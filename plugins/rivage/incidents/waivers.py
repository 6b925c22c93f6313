"""Waivers: named, dated decisions that a critical finding may pass. BI sees every one.

Two places hold them: `expectations/waivers.yml`, reviewed like code, and the on-call log,
where the desk, the command line and an approval write theirs.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from rivage.audit.findings import fingerprint_of
from rivage.errors import AuditFailed
from rivage.incidents import log
from rivage.incidents.incident import incidents
from rivage.settings import REPO, Settings

FILE = REPO / "expectations" / "waivers.yml"


@dataclass(frozen=True)
class Waiver:
    """Who lets which rule pass, why, and through which last day (UTC)."""

    fingerprint: str
    table: str
    rule: str
    by: str
    reason: str
    given_on: date
    until: date
    source: str
    """`waivers.yml` or `on-call log`."""

    def days_left(self, today: date) -> int:
        """Days it still holds, today included."""
        return max(0, (self.until - today).days + 1)


def in_force(settings: Settings, today: date, file: Path = FILE) -> dict[str, Waiver]:
    """The waivers that hold today, by fingerprint; the one that lasts longest wins.

    Raises:
        AuditFailed: waivers.yml can't be read.
    """
    found: dict[str, Waiver] = {}
    for waiver in (*written(file), *logged(settings)):
        other = found.get(waiver.fingerprint)
        if waiver.until >= today and (other is None or waiver.until > other.until):
            found[waiver.fingerprint] = waiver
    return found


def logged(settings: Settings) -> Iterable[Waiver]:
    """The waivers of the on-call log that were not taken back, whether over or not."""
    for incident in incidents(log.read(settings)).values():
        told = incident.decision
        if told is None or told.kind != "waived":
            continue
        if isinstance(told.until, date):
            yield Waiver(
                incident.fingerprint, incident.table, incident.rule, told.who, told.why,
                told.at.date(), told.until, "on-call log",
            )  # fmt: skip


def written(file: Path = FILE) -> list[Waiver]:
    """The waivers of waivers.yml, whether over or not.

    Raises:
        AuditFailed: it is not the list it should be; what can't be read must not count.
    """
    import yaml

    if not file.exists():
        return []
    try:
        entries = yaml.safe_load(file.read_text(encoding="utf-8"))["waivers"] or []
        return [_written(entry) for entry in entries]
    except (yaml.YAMLError, KeyError, TypeError, ValueError) as error:
        raise AuditFailed(
            f"expectations/{file.name} can't be read: {error!r}.",
            do="Give every waiver table, rule, reason, by, given_on and until (YYYY-MM-DD).",
        ) from None


def _written(entry: dict[str, object]) -> Waiver:
    table, rule = str(entry["table"]), str(entry["rule"])
    reason, by = str(entry["reason"]).strip(), str(entry["by"]).strip()
    given_on, until = entry["given_on"], entry["until"]
    if not (reason and by and isinstance(given_on, date) and isinstance(until, date)):
        raise ValueError(f"the waiver of {table}: {rule}")
    mark = fingerprint_of(table, str(entry.get("column") or ""), rule)
    return Waiver(mark, table, rule, by, reason, given_on, until, "waivers.yml")
