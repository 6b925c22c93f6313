"""Settings and routes are checked where they are read, with an error that names the mistake."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from rivage.alerts.routes import RoutesInvalid, routes
from rivage.alerts.settings import Alerts


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "is not YAML"),
        ("[]", "no list named routes"),
        ("routes: {}", "no list named routes"),
        ("routes: [{owner: data}]", "route 1: it names no sinks"),
        ("routes: [{sinks: file}, {sinks: slack}]", "route 2: no setting describes 'slack'"),
        ("routes: [{sinks: file, sevrity: critical}]", "'sevrity' is not owner, severity or"),
        ("routes: [{sinks: file, severity: bad}]", "'bad' is not critical or warning"),
        ("routes: [{sinks: 'email:nobody'}]", "no setting describes 'email:nobody'"),
        (None, r"routes\.yml can't be read"),
    ],
)
def test_a_mistake_in_the_routes_is_named(tmp_path: Path, text: str | None, why: str) -> None:
    file = tmp_path / "routes.yml"
    if text is not None:
        file.write_text(text)
    with pytest.raises(RoutesInvalid, match=why):
        routes(Alerts(routes=file, smtp_host="mail.example"))


@pytest.mark.parametrize(
    ("hours", "at", "quiet"),
    [
        ("20:00-07:00", "17:59", False),  # 19:59 in Paris, in summer
        ("20:00-07:00", "18:00", True),
        ("20:00-07:00", "04:59", True),
        ("20:00-07:00", "05:00", False),
        ("12:00-13:00", "10:30", True),
        ("12:00-13:00", "11:00", False),
        ("", "00:00", False),
    ],
)
def test_quiet_hours_are_those_of_the_zone_and_may_run_over_midnight(
    hours: str, at: str, quiet: bool
) -> None:
    now = datetime.fromisoformat(f"2026-09-30T{at}").replace(tzinfo=UTC)
    assert Alerts(quiet_hours=hours).is_quiet(now, "Europe/Paris") is quiet
    # In winter the same wall clock is an hour later.
    if hours.startswith("12"):
        winter = now.replace(month=12, hour=now.hour + 1)
        assert Alerts(quiet_hours=hours).is_quiet(winter, "Europe/Paris") is quiet


@pytest.mark.parametrize("bad", [{"quiet_hours": "20"}, {"timezone": "Mars/Olympus"},
                                 {"smtp_security": "ssl"}])  # fmt: skip
def test_a_setting_that_cannot_be_used_is_refused(bad: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=next(iter(bad))):
        Alerts(**bad)  # type: ignore[arg-type]
