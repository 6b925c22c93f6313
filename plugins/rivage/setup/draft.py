"""What `.env` is about to say: what it says now, and what is new."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import SecretStr

from rivage import preflight
from rivage.connectors import configured
from rivage.connectors.redaction import remember
from rivage.connectors.settings_of import COMMON, SALT, SOURCES, settings_of
from rivage.errors import OptionInvalid
from rivage.settings import Settings
from rivage.setup import env_file, trial
from rivage.setup.env_file import Values
from rivage.streams import streams_of

ENV_FILE = Path(".env")
"""Where every command looks for settings: in the folder it is called in."""


def environment() -> Values:
    """The settings that the process environment holds."""
    known = trial.variables()
    return {name: SecretStr(os.environ[name]) for name in known if os.environ.get(name)}


@dataclass
class Draft:
    """Values on their way into `.env`.

    Args:
        path: the file.
        kept: what it says now.
        around: what the environment says; it wins over the file in every command.
        new: what is to be written.
        sources: those that were chosen and have all they need.
    """

    path: Path = ENV_FILE
    kept: Values = field(default_factory=dict)
    around: Values = field(default_factory=dict)
    new: Values = field(default_factory=dict)
    sources: list[str] = field(default_factory=list)

    @classmethod
    def begun(cls) -> Draft:
        """From the file and the environment as they are."""
        return cls(kept=env_file.read(ENV_FILE), around=environment())

    @property
    def values(self) -> Values:
        """What counts, the new values first."""
        return self.kept | self.around | self.new

    @property
    def settings(self) -> Settings:
        return trial.settings_with(self.values)

    def shown(self, variable: str) -> str:
        """A value that is no secret, "" when there is none."""
        value = self.values.get(variable)
        return value.get_secret_value() if value and variable not in trial.secrets() else ""

    def put(self, variable: str, value: str) -> None:
        """A new value; the same as the old one is none."""
        if variable in trial.secrets():
            remember(value)
        there = self.values.get(variable)
        if there is None or there.get_secret_value() != value:
            self.new[variable] = SecretStr(value)

    def choose(self, source: str) -> None:
        """Turn on the switches of a source."""
        for one in settings_of(source):
            default = one.variable not in self.values and one.fixed == one.default
            if one.fixed and not default:
                self.put(one.variable, one.fixed)
        if source not in self.sources:
            self.sources.append(source)

    def fill_in(self) -> None:
        """Defaults of the common settings, and a salt, where there are none."""
        for one in COMMON:
            if one.variable not in self.values:
                self.put(one.variable, one.default)
        if SALT not in self.values:
            self.put(SALT, secrets.token_urlsafe(32))

    def refuse(self) -> None:
        """See `preflight.refuse`, for the streams of the chosen sources."""
        preflight.refuse(self.settings, [s for name in self.sources for s in streams_of(name)])

    def write(self) -> None:
        """Write the new values into the file."""
        # In the order of the questions, as a person would.
        order = [one.variable for one in COMMON] + [SALT] + [
            one.variable for source in SOURCES.values() for one in source.settings
        ]  # fmt: skip
        names = sorted(self.new, key=lambda n: order.index(n) if n in order else len(order))
        env_file.write(self.path, {name: self.new[name] for name in names}, _headings())
        self.kept |= self.new

    def overruled(self) -> list[str]:
        """New variables for which the environment says something else, and wins."""
        return sorted(
            name for name, value in self.new.items()
            if name in self.around and self.around[name] != value
        )  # fmt: skip

    def now_configured(self) -> list[str]:
        """Sources that some value speaks of already."""
        return configured(self.settings)


def given(pairs: Iterable[str], text: str, from_environment: bool) -> Values:
    """Values from `--set` pairs, from text in the form of a `.env` file, and from the
    environment, the first one counting.

    Raises:
        OptionInvalid: a pair has no `=`, a variable is none that init writes, or a secret
            was given on the command line.
    """
    values: Values = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not value:
            raise OptionInvalid(f"--set takes NAME=value, not {name!r}.")
        if name in trial.secrets():
            remember(value)
            raise OptionInvalid(
                f"{name} is a secret. Other users of this machine can read command lines, and the "
                "shell keeps them.",
                do="Give it with --from-env, with --values FILE, or with --values - on stdin.",
            )
        values[name] = SecretStr(value)
    values = env_file.parsed(text) | values
    unknown = sorted(set(values) - trial.variables().keys())
    if unknown:
        raise OptionInvalid(
            f"{', '.join(unknown)} {'is' if len(unknown) == 1 else 'are'} not a setting of a "
            "source.",
            do=".env.example lists them; other settings can be added to .env by hand.",
        )
    return (environment() if from_environment else {}) | values


def _headings() -> Mapping[str, str]:
    found = dict.fromkeys(trial.variables(), "Other settings")
    found |= {one.variable: "Rivage" for one in COMMON} | {SALT: "Rivage"}
    for source in SOURCES.values():
        for one in source.settings:
            if found[one.variable] == "Other settings":
                found[one.variable] = source.title
    return found
