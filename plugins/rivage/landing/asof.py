"""What was known of a day at an instant: landing keeps every pull, so it can be asked.

For windows that a pull replaces (daily and snapshot streams) that is the newest pull of
the day from before the instant. For streams of changes it is every record pulled for the
day by then, each in its newest state.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from rivage.duck import connect, literal
from rivage.errors import BadDate
from rivage.landing.manifest import Manifest, folder, pull_id
from rivage.landing.store import Store
from rivage.streams import stream as stream_named
from rivage.streams.model import Changes, Stream


def instant(text: str) -> datetime:
    """ISO 8601 to an aware instant; without an offset it is UTC.

    Raises:
        BadDate: anything else.
    """
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise BadDate(
            f"{text!r} is not an instant.", do="Write it as 2026-10-01T06:00:00Z."
        ) from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def as_of(
    store: Store, stream: Stream, day: date, at: datetime, account_id: str | None = None
) -> list[Manifest]:
    """The manifests that held what was known of `day` at `at`, by account.

    A pull counts from the moment it began: what it read may be a little younger.

    Args:
        at: aware instant; a pull that began exactly then counts.
        account_id: one account, all when None.
    """
    last = pull_id(at).partition("-")[0]
    by_account: dict[str, list[str]] = {}
    for key in store.manifests(f"{stream.source}/{stream.name}"):
        _, _, account, window, name = key.split("/")
        account = account.removeprefix("account=")
        if window != f"window={day}" or account_id not in (None, account):
            continue
        if name.partition("-")[0] <= last:
            by_account.setdefault(account, []).append(name)
    found = []
    for account, names in sorted(by_account.items()):
        newest = sorted(names) if isinstance(stream.window, Changes) else [max(names)]
        home = folder(stream.name, account, day)
        found += [Manifest.from_json(store.read_text(f"{home}/{name}")) for name in newest]
    return found


def known_sql(store: Store, known: list[Manifest]) -> str | None:
    """A select that reads the rows behind `as_of`; None when they held no rows.

    It gives the landed columns as sent, plus `_extra` and the `_` stamps; `_pull_id` is
    the pull that wrote the object, which a later pull with equal content shares.
    """
    objects = sorted({m.object for m in known if m.object})
    if not objects:
        return None
    listed = ", ".join(literal(str(store.fetch(key))) for key in objects)
    query = f"select * from read_parquet([{listed}], union_by_name = true)"
    stream = stream_named(known[0].stream)
    if isinstance(stream.window, Changes):
        keys = ", ".join(["_account_id", *stream.keys])
        query += (
            f" qualify row_number() over (partition by {keys} "
            f"order by {stream.window.cursor} desc, _pulled_at desc, _pull_id desc) = 1"
        )
    return query


def known_rows(
    store: Store, known: list[Manifest], limit: int | None = None
) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Column names and rows of `known_sql`, ordered by all columns; `limit` rows at most."""
    query = known_sql(store, known)
    if query is None:
        return [], []
    with connect() as db:
        cut = f" limit {limit}" if limit is not None else ""
        found = db.execute(f"select * from ({query}) order by all{cut}")
        return [str(column[0]) for column in found.description], found.fetchall()
