"""Asks for each permission that is granted by itself, with a small call of a stream behind it.

It reads what a pull would read, the first page of one day, so that the answer is the one
which the next pull gets. Nothing is landed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from rivage.access import Clock, Grants, utc_now
from rivage.connectors.base import Account, Connector, Page
from rivage.connectors.redaction import redact
from rivage.errors import NotGranted, NotReadyYet, RivageError
from rivage.landing.refusals import EVERY
from rivage.settings import Settings
from rivage.streams import streams_of
from rivage.streams.model import Access, Stream
from rivage.windows import Window, today_in


@dataclass(frozen=True)
class Probe:
    """What the platform answered to the streams of one permission and account.

    `state` is "granted", "not granted", "not asked" where there was nothing to ask for (no
    recent post whose comments could be read), or "failed". Streams of one state are
    listed together; `detail` is the answer to the first of them.
    """

    streams: tuple[str, ...]
    account: str
    access: Access
    state: Literal["granted", "not granted", "not asked", "failed"]
    detail: str


def probe(connector: Connector, settings: Settings, clock: Clock = utc_now) -> Iterator[Probe]:
    """Each optional stream once: of the first account, and wherever it is known to be refused.
    A refusal that no longer holds ends here.

    Args:
        clock: aware UTC time. The day read is the account's yesterday, less the source's
            latency.
    """
    grants = Grants(settings, clock)
    together: dict[Access, list[Stream]] = {}
    for stream in streams_of(connector.name):
        if stream.access:
            together.setdefault(stream.access, []).append(stream)
    accounts = connector.accounts() if together else []
    for access, streams in together.items():
        for account in accounts:
            answers: dict[Any, list[tuple[str, str]]] = {}
            for stream in streams:
                if account is accounts[0] or grants.refused(stream.name, account.id):
                    state, detail = _answer(connector, stream, account, grants, clock)
                    answers.setdefault(state, []).append((stream.name, detail))
            for state, found in answers.items():
                names = tuple(name for name, _ in found)
                yield Probe(names, account.id, access, state, found[0][1])


def _answer(
    connector: Connector, stream: Stream, account: Account, grants: Grants, clock: Clock
) -> tuple[str, str]:
    """State and detail of one stream; lifts its refusal where the platform answers."""
    day = today_in(account.timezone, clock()) - timedelta(days=1 + stream.latency)
    try:
        page = next(iter(connector.pages(stream, account, Window(day, day))), None)
        if isinstance(page, Page) and not page.bytes and not page.records:
            return "not asked", f"nothing was to be asked for on {day}"
    except NotReadyYet:
        pass  # it may be read once it is there
    except NotGranted as error:
        return "not granted", redact(error.what)
    except RivageError as error:
        return "failed", redact(str(error))
    if grants.lift(stream.name, account.id) | grants.lift(stream.name, EVERY):
        return "granted", "granted again; the next run pulls it"
    return "granted", "granted"
