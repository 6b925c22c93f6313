"""Runs the named steps of a connection test, stopping at the first that fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from rivage.connectors.answers import Answer
from rivage.connectors.base import CheckStep
from rivage.connectors.redaction import redact
from rivage.errors import BadRequest, NotGranted, RivageError, ServerFailed

Step = tuple[str, Callable[[], str]]
"""A name, and what to do: returns one sentence or raises a named error."""

WORST_SKEW = 120.0
"""Seconds. Beyond it token signatures and "today" start to go wrong."""


def run_steps(steps: list[Step]) -> Iterator[CheckStep]:
    """One CheckStep per step, in order, until the first failure."""
    for name, act in steps:
        try:
            detail = act()
        except RivageError as error:
            yield CheckStep(name, False, redact(str(error)), isinstance(error, NotGranted))
            return
        yield CheckStep(name, True, detail)


def speaks_version(base_url: str, version: str) -> str:
    """Whether the base URL names the API version that the connector was written for.

    Raises:
        BadRequest: it names another one, or none.
    """
    named = urlsplit(base_url).path.rstrip("/").rpartition("/")[2]
    if named != version:
        raise BadRequest(
            f"The base URL ends with {named!r}, not with the API version {version}.",
            do=f"End it with /{version}/.",
        )
    return f"The base URL and the connector speak {version}."


def clock_agrees(answer: Answer | None, now: datetime) -> str:
    """Compare the machine's clock with the Date header of an answer.

    Raises:
        ServerFailed: they differ by more than WORST_SKEW seconds.
    """
    sent = answer.headers.get("Date") if answer else None
    if not sent:
        return "The server sent no Date header; the clock was not compared."
    try:
        skew = (now - parsedate_to_datetime(sent)).total_seconds()
    except (ValueError, TypeError):
        return "The server's Date header can't be read; the clock was not compared."
    if abs(skew) > WORST_SKEW:
        raise ServerFailed(
            f"This machine's clock is {skew:+.0f} s away from the server's.",
            do="Synchronise the clock (NTP), then check again.",
        )
    return f"The clock agrees within {abs(skew):.0f} s."
