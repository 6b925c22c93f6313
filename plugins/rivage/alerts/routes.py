"""Who is told: routes from a finding's owner and severity to sinks.

A routes file is a list under `routes`. Each entry names `sinks` and, if it is not for
everybody, `owner` and `severity` (one or several). All entries that fit apply:

    routes:
      - owner: performance
        severity: critical
        sinks: [slack:performance, email:oncall@brand.example]
      - sinks: [slack, file]
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rivage.alerts.settings import Alerts
from rivage.errors import SettingMissing

FILE = "file"
SEVERITIES = ("critical", "warning")
_FIELDS = {"owner", "severity", "sinks"}


class RoutesInvalid(SettingMissing):
    """The file RIVAGE_ALERTS_ROUTES can't be used as it is."""

    advice = "Correct it and look at it with `rivage alerts`."


@dataclass(frozen=True)
class Route:
    """Sinks for some owners and severities; an empty set fits all."""

    owners: frozenset[str]
    severities: frozenset[str]
    sinks: tuple[str, ...]

    def fits(self, owner: str, severity: str) -> bool:
        return (not self.owners or owner in self.owners) and (
            not self.severities or severity in self.severities
        )


def sinks_for(routes: list[Route], owner: str, severity: str) -> list[str]:
    """The sinks of all routes that fit, each once, in the order of the file."""
    named = (sink for route in routes if route.fits(owner, severity) for sink in route.sinks)
    return list(dict.fromkeys(named))


def configured(alerts: Alerts) -> list[str]:
    """The sinks that the settings describe. The file always is one."""
    found = ["slack"] if alerts.slack_url else []
    found += [f"slack:{name}" for name in alerts.slack_urls]
    found += ["webhook"] if alerts.webhook_url else []
    found += ["email"] if alerts.smtp_host and alerts.mail_to else []
    return [*found, FILE]


def everywhere(alerts: Alerts) -> list[Route]:
    """What holds without a routes file: every sink hears of everything."""
    return [Route(frozenset(), frozenset(), tuple(configured(alerts)))]


def routes(alerts: Alerts) -> list[Route]:
    """The routes of the file, or everything to every sink.

    Raises:
        RoutesInvalid: the file is missing, not such a list, or names a sink that no
            setting describes.
    """
    if alerts.routes is None:
        return everywhere(alerts)
    entries = _entries(alerts.routes)
    return [_route(entry, number, alerts) for number, entry in enumerate(entries, start=1)]


def _entries(path: Path) -> list[Any]:
    import yaml

    try:
        body = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise RoutesInvalid(f"{path} can't be read: {error.strerror}.") from None
    except (yaml.YAMLError, UnicodeDecodeError):
        raise RoutesInvalid(f"{path} is not YAML.") from None
    entries = body.get("routes") if isinstance(body, Mapping) else None
    if not isinstance(entries, list) or not entries:
        raise RoutesInvalid(f"{path} has no list named routes.")
    return entries


def _route(entry: Any, number: int, alerts: Alerts) -> Route:
    where = f"{alerts.routes}, route {number}"
    if not isinstance(entry, Mapping) or not entry.get("sinks"):
        raise RoutesInvalid(f"{where}: it names no sinks.")
    if unknown := sorted(str(name) for name in set(entry) - _FIELDS):
        raise RoutesInvalid(f"{where}: {unknown[0]!r} is not owner, severity or sinks.")
    severities, sinks = _words(entry.get("severity")), _words(entry["sinks"])
    for severity in severities:
        if severity not in SEVERITIES:
            raise RoutesInvalid(f"{where}: {severity!r} is not {' or '.join(SEVERITIES)}.")
    for sink in sinks:
        if not _is_described(sink, alerts):
            told = ", ".join(configured(alerts))
            raise RoutesInvalid(f"{where}: no setting describes {sink!r}; there are {told}.")
    return Route(frozenset(_words(entry.get("owner"))), frozenset(severities), tuple(sinks))


def _is_described(sink: str, alerts: Alerts) -> bool:
    if sink.startswith("email:"):
        return alerts.smtp_host is not None and "@" in sink
    return sink in configured(alerts)


def _words(value: Any) -> list[str]:
    """One word or a list of them."""
    if value is None:
        return []
    return [str(word) for word in value] if isinstance(value, list) else [str(value)]
