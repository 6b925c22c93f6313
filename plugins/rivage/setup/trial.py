"""Settings made of values that are not in force yet, and the test of one source with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, get_args

from pydantic import SecretStr, ValidationError
from pydantic_settings import BaseSettings

from rivage.connectors import connect
from rivage.connectors.base import CheckStep
from rivage.connectors.redaction import redact, remember
from rivage.errors import RivageError, SettingMissing
from rivage.settings import Settings

PATIENCE = 10.0
"""Seconds that a failing request is repeated while somebody watches."""


def variables() -> dict[str, tuple[str, str]]:
    """Environment variable -> area ("" for the common ones) and field, of every setting."""
    found: dict[str, tuple[str, str]] = {}
    for name, field in Settings.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseSettings):
            prefix = str(kind.model_config["env_prefix"])
            found |= {f"{prefix}{each}".upper(): (name, each) for each in kind.model_fields}
        else:
            found[f"RIVAGE_{name}".upper()] = ("", name)
    return found


def secrets() -> frozenset[str]:
    """The variables whose values are never shown."""
    found = set()
    for variable, (area, field) in variables().items():
        kind: Any = Settings.model_fields[area].annotation if area else Settings
        if SecretStr in get_args(kind.model_fields[field].annotation):
            found.add(variable)
    return frozenset(found)


def settings_with(values: Mapping[str, SecretStr]) -> Settings:
    """The settings with these values in the place of the environment's.

    Raises:
        SettingMissing: a value has the wrong form; the error names it without showing it.
    """
    stated: dict[str, dict[str, Any]] = {}
    for variable, (area, field) in variables().items():
        if value := values.get(variable):
            stated.setdefault(area, {})[field] = value.get_secret_value()
    made: dict[str, Any] = dict(stated.pop("", {}))
    try:
        for area, fields in stated.items():
            kind: Any = Settings.model_fields[area].annotation
            made[area] = kind(**fields)
        return Settings(**made)
    except ValidationError as error:
        # Its own text quotes what was given, which may be a secret.
        first = error.errors(include_input=False, include_url=False)[0]
        place = (error.title, str(first["loc"][0]) if first["loc"] else "")
        name = next((v for v, (a, f) in variables().items() if (_title(a), f) == place), place[1])
        raise SettingMissing(f"{name}: {first['msg']}.", do="Correct its value.") from None


def steps(connector: str, values: Mapping[str, SecretStr]) -> Iterator[CheckStep]:
    """The connector's own test, step by step; what raises is the last step, failed."""
    for name in secrets() & values.keys():
        remember(values[name].get_secret_value())
    try:
        at = settings_with(values).model_copy(update={"retry_seconds": PATIENCE})
        yield from connect(connector, at).check()
    except RivageError as error:
        yield CheckStep("settings", False, redact(str(error)))


def _title(area: str) -> str:
    kind = Settings.model_fields[area].annotation if area else Settings
    return str(getattr(kind, "__name__", ""))
