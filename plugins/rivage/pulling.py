"""One pull: a stream of an account over its days, landed window by window."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import chain

from rivage import preflight
from rivage.connectors import calls, connect
from rivage.connectors.base import Account, Connector
from rivage.errors import NotReadyYet, RivageError, WindowClosed
from rivage.landing.coverage import pulled_days
from rivage.landing.store import Store
from rivage.reports import PullReport, Went
from rivage.settings import Settings
from rivage.streams import stream as stream_named
from rivage.streams.days import landing_windows
from rivage.windows import Window, refuse_future


def pull(
    stream: str,
    account: Account,
    window: Window,
    settings: Settings,
    connector: Connector | None = None,
    since: datetime | None = None,
    heard: Callable[[Went], None] = lambda _: None,
) -> PullReport:
    """Pull one stream of one account over a window, and land it.

    Args:
        since: request windows whose every day was pulled at or after this instant are left
            out: an earlier try of the same work landed them.
        heard: called with what went on, page by page. What it raises ends the pull; the
            window under way is then not landed.

    Raises:
        RivageError: with stream, account and window filled in. What other request
            windows of this pull landed stays landed. A window that is not ready or closed
            stops none of those after it, and is raised when they are done.
    """
    from rivage.landing import writer

    started, counted = time.monotonic(), calls.made()
    declared = stream_named(stream)
    salt = settings.privacy_salt.get_secret_value() if settings.privacy_salt else None
    store = Store(settings.landing_url, settings.home / "tmp")
    sums: Counter[str] = Counter()
    pull_id = ""
    left_out: list[RivageError] = []

    def tell(**went: int) -> None:
        nonlocal counted
        sent, counted = calls.made() - counted, calls.made()
        heard(Went(calls=sent, **went))

    try:
        preflight.refuse(settings, [declared])
        refuse_future(window, account.timezone, datetime.now(UTC))
        api = connector or connect(declared.connector, settings)
        here = pulled_days(store, declared, account.id, since) if since else frozenset()
        for pieces in landing_windows(declared, window):
            whole = Window(pieces[0].start, pieces[-1].end)
            if here.issuperset(whole.each_day()):
                sums["earlier"] += len(pieces)
                tell(earlier=len(pieces))
                continue
            try:
                landed = writer.write(
                    declared,
                    account,
                    whole,
                    chain.from_iterable(api.pages(declared, account, piece) for piece in pieces),
                    store=store,
                    salt=salt,
                    pulled_at=datetime.now(UTC),
                    on_page=tell,
                )
            except (NotReadyYet, WindowClosed) as error:
                left_out.append(error.at(window=str(pieces[0])))
                continue
            pull_id = landed.manifests[-1].pull_id if landed.manifests else pull_id
            got = landed.answers
            sums.update(
                rows=got.records, days=len(landed.manifests), unchanged=landed.unchanged,
                pages=got.pages, bytes=got.bytes,
            )  # fmt: skip
            tell(windows=len(pieces), rows=got.records)
        if left_out:
            raise next((each for each in left_out if not each.transient), left_out[0])
    except RivageError as error:
        raise error.at(stream=stream, account=account.id, window=str(window)) from error.__cause__
    return PullReport(
        stream=stream,
        account=account.id,
        window=str(window),
        pull_id=pull_id,
        seconds=round(time.monotonic() - started, 3),
        **{name: sums[name] for name in ("rows", "days", "unchanged", "pages", "bytes", "earlier")},
    )
