"""Which days of a window a stream can be asked for, and which it must have landed."""

from __future__ import annotations

from datetime import date, timedelta

from rivage.streams.model import Daily, Snapshot, Stream
from rivage.windows import Window


def remembered(stream: Stream, window: Window) -> Window:
    """The part of a window that the source still serves, if it has a short memory."""
    oldest = stream.window.oldest if isinstance(stream.window, Daily) else None
    if not oldest or window.days <= oldest:
        return window
    return Window(window.end - timedelta(days=oldest - 1), window.end)


def request_windows(stream: Stream, window: Window) -> list[Window]:
    """The windows of the requests that a pull of `window` makes."""
    if isinstance(stream.window, Snapshot):
        return [Window(window.end, window.end)]
    return list(remembered(stream, window).split(stream.window.days_per_request))


def landing_windows(stream: Stream, window: Window) -> list[list[Window]]:
    """The request windows of a pull, in the groups that are landed as one.

    Landing costs the same for a day as for a week, so day-by-day APIs are landed in
    handfuls; what a group has not brought whole is pulled again.
    """
    pieces = request_windows(stream, window)
    if not isinstance(stream.window, Daily):
        return [[piece] for piece in pieces]
    size = max(1, stream.window.days_per_landing // stream.window.days_per_request)
    return [pieces[start : start + size] for start in range(0, len(pieces), size)]


def due(stream: Stream, window: Window) -> list[date]:
    """The days of a window that must have landed once its pull has ended well.

    A snapshot has one; a source with latency owes its newest days later, and one with a
    short memory does not owe days it no longer serves.
    """
    if isinstance(stream.window, Snapshot):
        return [window.end]
    last = window.end - timedelta(days=stream.latency)
    return [day for day in remembered(stream, window).each_day() if day <= last]
