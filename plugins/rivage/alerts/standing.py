"""What readers see while a message is read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from rivage.settings import Settings


@dataclass(frozen=True)
class Standing:
    """The verdict on the newest candidate, and the version that readers have."""

    at: datetime
    verdict: str
    """pass, warn or fail; "" where no audit is spoken of."""
    published_at: datetime | None
    desk: str = ""
    """Address of the desk, "" when people don't reach one."""

    @property
    def consequence(self) -> str:
        """One line of at most 90 characters."""
        if self.verdict == "warn":
            return "It does not stop the release; readers get these numbers."
        if self.verdict == "pass":
            return "The release goes on; nothing holds it back."
        return f"Nothing was published; {self.seen}" if self.verdict == "fail" else self.seen

    @property
    def seen(self) -> str:
        if self.published_at is None:
            return "BI has no version yet."
        when = self.published_at.astimezone(UTC)
        return (
            f"BI still shows the version of {when:%Y-%m-%d %H:%M} UTC, {age(self.at - when)} old."
        )


def age(span: timedelta) -> str:
    """`40 min`, `26 h` or `5 days`."""
    minutes = max(0, int(span.total_seconds() // 60))
    if minutes < 120:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 72 * 60 else f"{minutes // (24 * 60)} days"


def standing(settings: Settings, verdict: str, at: datetime, desk: str) -> Standing:
    """How things stand now."""
    from rivage.publish.releases import current

    seen = current(settings)
    return Standing(at, verdict, seen.published_at if seen else None, desk)
