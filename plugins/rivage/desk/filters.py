"""What a list may be narrowed by; anything else in the address is refused, not guessed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields

from rivage.errors import RivageError

SEVERITIES = ("critical", "warning", "info")
STATES = ("open", "acknowledged", "snoozed", "waived", "resolved")
OUTCOMES = ("fail", "warn", "pass", "not judged")
_NAME = re.compile(r"[\w][\w .@&+-]{0,79}")


class FilterInvalid(RivageError):
    """A list can't be narrowed by that."""

    exit_code = 2
    advice = "Choose from the lists above the table."


@dataclass(frozen=True)
class Filters:
    """Chosen values; "" narrows nothing."""

    severity: str = ""
    state: str = ""
    owner: str = ""
    table: str = ""

    def keeps(self, **has: str) -> bool:
        """Whether something with these values is wanted."""
        return all(not getattr(self, name) or getattr(self, name) == has[name] for name in has)

    @property
    def narrows(self) -> bool:
        return any(getattr(self, one.name) for one in fields(self))


ALL = Filters()
"""Narrows nothing."""


def filters(query: Mapping[str, str], states: Iterable[str] = STATES) -> Filters:
    """The filters of an address.

    Raises:
        FilterInvalid: a value that no list offers, or that is no name.
    """
    chosen = {name.name: str(query.get(name.name, "")).strip() for name in fields(Filters)}
    for name, allowed in (("severity", SEVERITIES), ("state", tuple(states))):
        if chosen[name] and chosen[name] not in allowed:
            raise FilterInvalid(f"{name} is one of {', '.join(allowed)}.")
    for name in ("owner", "table"):
        if chosen[name] and not _NAME.fullmatch(chosen[name]):
            raise FilterInvalid(f"{name} is a name of at most 80 letters and digits.")
    return Filters(**chosen)
