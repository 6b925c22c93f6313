"""Access that is granted in part: which streams wait for a permission, and since when.

A stream that the platform refuses by permission is not asked for again until a week has
passed. Only streams that declare such a permission are treated so: without its core streams
a source is broken, and that must not go quiet.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from rivage.connectors.redaction import redact
from rivage.errors import NotGranted, RivageError
from rivage.landing import refusals
from rivage.landing.coverage import coverage
from rivage.landing.refusals import EVERY, Refusal
from rivage.landing.store import Store
from rivage.settings import Settings
from rivage.streams.model import Stream

log = logging.getLogger(__name__)
Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The moment, UTC."""
    return datetime.now(UTC)


def granted_as_one(streams: Collection[Stream]) -> bool:
    """Whether one and the same permission opens the whole source, its list of accounts too."""
    needed = {stream.access for stream in streams}
    return len(needed) == 1 and None not in needed


class Grants:
    """What is refused at the time of asking, as one listing of landing tells.

    Args:
        clock: aware UTC time.
    """

    def __init__(self, settings: Settings, clock: Clock = utc_now) -> None:
        self._store = Store(settings.landing_url, settings.home / "tmp")
        self._clock = clock
        found = refusals.all_in_force(self._store, clock())
        self._refused = {(one.stream, one.account_id): one for one in found}

    def refused(self, stream: str, account_id: str) -> Refusal | None:
        """The refusal of a stream of one account that is in force, if any."""
        return self._refused.get((stream, account_id)) or self._refused.get((stream, EVERY))

    def accounts(self, streams: Iterable[Stream]) -> set[str]:
        """Accounts, EVERY among them, of which one of the streams is refused."""
        names = {stream.name for stream in streams}
        return {account_id for stream, account_id in self._refused if stream in names}

    def waiting(self, stream: Stream, account_id: str) -> Refusal | None:
        """The refusal for whose end an ordinary pull still waits, if any."""
        found = self._refused.get((stream.name, account_id))
        return found if found and not refusals.due(found, self._clock()) else None

    def waiting_source(self, streams: Collection[Stream]) -> list[Refusal]:
        """One refusal per stream where not even the accounts are to be listed, else none."""
        found = [self.waiting(stream, EVERY) for stream in streams]
        return [one for one in found if one] if all(found) else []

    def keep(self, stream: Stream, account_id: str, error: RivageError) -> tuple[Refusal, bool]:
        """Keep what the platform refused; returns it, and whether it is news.

        Raises:
            RivageError: the given error, where it is no refusal or the stream has to be granted.
        """
        if stream.access is None or not isinstance(error, NotGranted):
            raise error
        refusal = refusals.write(
            self._store,
            Refusal(
                stream=stream.name,
                account_id=account_id,
                refused_at=self._clock(),
                scope=error.scope or stream.access.scope,
                what=redact(error.what),
                do=stream.access.ask,
                request_id=error.request_id,
            ),
        )
        new = (stream.name, account_id) not in self._refused
        self._refused[stream.name, account_id] = refusal
        if new:
            log.warning("not granted: %s", sentence(refusal))
        return refusal, new

    def keep_source(
        self, streams: Collection[Stream], error: RivageError
    ) -> list[tuple[Refusal, bool]]:
        """Keep that the platform refused to list a source's accounts: all its streams, for
        every account that has ever landed and for those nobody knows yet.

        Raises:
            RivageError: the given error, where it does not speak for the whole source.
        """
        if not granted_as_one(streams):
            raise error
        known = {one.account_id for one in coverage(self._store, streams)}
        kept = []
        for stream in streams:
            kept.append(self.keep(stream, EVERY, error))
            for account_id in sorted(known):
                self.keep(stream, account_id, error)
        return kept

    def lift(self, stream: str, account_id: str) -> bool:
        """Let a refusal end, because the platform has just answered; False if there is none."""
        found = self._refused.pop((stream, account_id), None)
        if found:
            refusals.write_granted(self._store, stream, account_id, self._clock())
        return found is not None


def listed(settings: Settings, now: datetime) -> list[Refusal]:
    """Every refusal in force as people want to read it: that of a whole source once a stream."""
    store = Store(settings.landing_url, settings.home / "tmp")
    found = [
        one
        for one in refusals.all_in_force(store, now)
        if one.account_id not in settings.ignored_accounts
    ]
    everywhere = {one.stream for one in found if one.account_id == EVERY}
    return [one for one in found if one.account_id == EVERY or one.stream not in everywhere]


def sentence(refusal: Refusal) -> str:
    """One refusal in words: what, since when, what is missing, where to ask, when again."""
    whose = "" if refusal.account_id == EVERY else f" of account {refusal.account_id}"
    scope = f" It needs: {refusal.scope}." if refusal.scope else ""
    return (
        f"{refusal.stream}{whose} has not been granted since {refusal.began:%Y-%m-%d}; next try "
        f"{refusal.next_try:%Y-%m-%d}.{scope} Ask at {refusal.do}"
    )


def summary(found: Iterable[Refusal]) -> str:
    """Known refusals in one line; "" without any."""
    listed = sorted(found, key=lambda one: one.next_try)
    if not listed:
        return ""
    names = ", ".join(sorted({one.stream for one in listed}))
    since, following = min(one.began for one in listed), listed[0].next_try
    return f"not granted since {since:%Y-%m-%d} and skipped, next try {following:%Y-%m-%d}: {names}"


def plain(refusal: Refusal, **more: Any) -> dict[str, Any]:
    """A refusal for JSON."""
    times = {"since": refusal.began, "next_try": refusal.next_try}
    return asdict(refusal) | times | more
