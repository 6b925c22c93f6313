"""Which settings configure a source, what they mean, and where their values are found.

The one place that knows: `rivage init` asks by it, and what says "not configured" reads the
variables here. What only tunes a connector (its rate, its page size, its address at the
platform) is not in it, nor is a token that ends within days.
"""

from __future__ import annotations

from collections.abc import Collection

from rivage.connectors import settings_tiktok, settings_web
from rivage.connectors.setting import Setting, Source
from rivage.errors import UnknownStream

__all__ = ["COMMON", "SOURCES", "Setting", "Source", "settings_of", "to_set", "ways_of"]

SALT = "RIVAGE_PRIVACY_SALT"
"""Made, not asked for."""

COMMON = (
    Setting(
        "RIVAGE_HOME", "folder of all state",
        "Any folder with room that this user can write.", default=".rivage",
    ),
    Setting(
        "RIVAGE_REPORTING_CURRENCY", "currency of reports",
        "The three-letter code that the brand's reports use.", default="EUR",
    ),
    Setting(
        "RIVAGE_REPORTING_TIMEZONE", "time zone of reports",
        "As the IANA list spells it. GA4's property must use the same one: GA4 > Admin > Property "
        "details.", default="Europe/Paris",
    ),
)  # fmt: skip
"""Settings that belong to no source; the salt, which nobody types, is not among them."""

SOURCES: dict[str, Source] = settings_tiktok.SOURCES | settings_web.SOURCES
"""Connector name -> its settings, in the order they are asked for."""


def settings_of(connector: str) -> tuple[Setting, ...]:
    """The settings that configure a connector.

    Raises:
        UnknownStream: no connector has this name.
    """
    if connector not in SOURCES:
        raise UnknownStream(
            f"There is no connector {connector!r}.", do=f"Take one of {', '.join(SOURCES)}."
        )
    return SOURCES[connector].settings


def ways_of(connector: str) -> list[str]:
    """The ways to give access, of which one is enough; the usual one first."""
    return list(dict.fromkeys(one.way for one in settings_of(connector) if one.way))


def to_set(connector: str, given: Collection[str] = (), *, way: str = "") -> tuple[Setting, ...]:
    """What must still be set before the source can be read, switches included.

    Args:
        given: variables that have a value.
        way: the one to complete; by default the one that most is given of.
    """
    declared = settings_of(connector)
    ways = {
        name: [one for one in declared if one.way == name and one.variable not in given]
        for name in ways_of(connector)
    }
    started = {one.way for one in declared if one.variable in given}
    chosen = way or min(
        ways,
        key=lambda name: (name not in started, name in started and len(ways[name])),
        default="",
    )
    return tuple(
        one
        for one in declared
        if one.variable not in given and not one.optional and one.way in ("", chosen)
    )
