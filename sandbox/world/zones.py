"""Day boundaries. Instants are epoch seconds UTC; hours are whole hours since the epoch."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

PROPERTY_ZONE = "Europe/Paris"


@cache
def zone(name: str) -> ZoneInfo:
    """The zone of an IANA name."""
    return ZoneInfo(name)


@cache
def midnight(day: date, zone_name: str = PROPERTY_ZONE) -> int:
    """Epoch second at which the local day begins."""
    return int(datetime.combine(day, time.min, tzinfo=zone(zone_name)).timestamp())


def day_seconds(day: date, zone_name: str = PROPERTY_ZONE) -> int:
    """Length of the local day: 82 800, 86 400 or 90 000 seconds."""
    return midnight(day + timedelta(days=1), zone_name) - midnight(day, zone_name)


def local_date(epoch: int, zone_name: str = PROPERTY_ZONE) -> date:
    """Local date of an instant."""
    return datetime.fromtimestamp(epoch, tz=zone(zone_name)).date()


def iso_z(epoch: int) -> str:
    """`2026-09-01T06:00:00Z`."""
    return datetime.fromtimestamp(epoch, tz=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def utc_text(epoch: int) -> str:
    """`2026-09-01 06:00:00`, UTC, as the ad platform writes entity times."""
    return datetime.fromtimestamp(epoch, tz=UTC).strftime("%Y-%m-%d %H:%M:%S")
