"""What is known of one setting of a source, and of the source."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Setting:
    """One environment variable.

    Args:
        label: what it is, as a noun phrase that a prompt can end with.
        where: where its value is found.
        secret: never shown, and not read from a command line.
        optional: the source can be read without it.
        way: settings of one way are set together, and of a source's ways one is enough.
        fixed: the value that choosing the source gives it; it is not asked for.
        default: what counts when it is not set.
    """

    variable: str
    label: str
    where: str
    secret: bool = False
    optional: bool = False
    way: str = ""
    fixed: str = ""
    default: str = ""


@dataclass(frozen=True)
class Source:
    """One source as a person knows it; `gives` says what is read of it."""

    title: str
    gives: str
    settings: tuple[Setting, ...]
