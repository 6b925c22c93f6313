"""What can be refused is refused here, before the first call to any source."""

from __future__ import annotations

from collections.abc import Callable, Collection
from zoneinfo import ZoneInfo

from rivage.connectors.inputs import input_folder
from rivage.errors import RivageError, SettingMissing
from rivage.inputs.currencies import CURRENCIES
from rivage.landing import salt
from rivage.landing.store import Store
from rivage.settings import Settings
from rivage.streams.model import Stream


def refuse(settings: Settings, streams: Collection[Stream] = ()) -> None:
    """Raise when these streams could not be pulled, or would be landed wrongly.

    Args:
        streams: those about to be pulled; without any, only what concerns every command.

    Raises:
        RivageError: the one problem, or a SettingMissing that lists all of them.
    """
    checks: list[Callable[[], object]] = [
        lambda: _zone(settings.reporting_timezone),
        lambda: _currency(settings.reporting_currency),
    ]
    if any(stream.connector == "inputs" for stream in streams):
        checks.append(lambda: input_folder(settings))
    if streams:
        checks.append(lambda: _salt(settings, streams))
    found: list[RivageError] = []
    for check in checks:
        try:
            check()
        except RivageError as error:
            found.append(error)
    if len(found) == 1:
        raise found[0]
    if found:
        raise SettingMissing(
            " ".join(error.what for error in found), do=" ".join(error.do for error in found)
        )


def _zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # ValueError: a path out of the zones' folder
        raise SettingMissing(
            f"RIVAGE_REPORTING_TIMEZONE is {name!r}, which is not a time zone.",
            do="Write it as the IANA list does, for example Europe/Paris.",
        ) from None


def _currency(code: str) -> None:
    if code not in CURRENCIES:
        raise SettingMissing(
            f"RIVAGE_REPORTING_CURRENCY is {code!r}, which is not a currency's code.",
            do="Write the three capital letters of ISO 4217, for example EUR.",
        )


def _salt(settings: Settings, streams: Collection[Stream]) -> None:
    given = settings.privacy_salt.get_secret_value() if settings.privacy_salt else None
    salt.require(streams, given, Store(settings.landing_url, settings.home / "tmp"))
