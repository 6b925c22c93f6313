"""Verbs that look back: how the sources changed, and what was known when."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from rivage.cli import output
from rivage.cli.running import Json, Streams
from rivage.errors import BadDate
from rivage.landing.store import Store
from rivage.settings import Settings, settings
from rivage.streams import all_streams
from rivage.streams import stream as stream_named
from rivage.streams.model import Stream
from rivage.windows import parse_day

_COLOURS = {"critical": "red", "warning": "yellow", "info": "dim"}


def add_to(app: typer.Typer) -> None:
    """Register the verbs."""
    for verb in (drift, asof):
        app.command()(verb)


def drift(only: Streams = None, json: Json = False) -> None:
    """How the fields and types of each stream changed from pull to pull."""
    from rivage.landing.drift_history import history

    wanted = [stream_named(name) for name in only] if only else list(all_streams().values())
    found = history(_store(settings()), wanted)
    if json:
        output.show_json([output.plain(one) for one in found])
        return
    if not found:
        output.out.print("No stream has changed its fields or types.")
    for d in found:
        back = f", back since {d.ended_at:%Y-%m-%d %H:%M}" if d.ended_at else ""
        sample = f", for example {d.sample}" if d.sample else ""
        output.out.print(
            f"{d.pulled_at:%Y-%m-%d %H:%M} UTC  [{_COLOURS[d.severity]}]{d.severity:8}[/] "
            f"{d.stream} ({d.account_id})  [bold]{d.field}[/] {d.what}: "
            f"{d.before or '-'} -> {d.after or '-'}{sample}{back}",
            soft_wrap=True,
        )


def asof(
    stream: Annotated[str, typer.Argument(help="Stream, for example tiktok_ads__ad_daily.")],
    day: Annotated[str, typer.Option("--day", help="The day asked about, YYYY-MM-DD.")],
    at: Annotated[
        str, typer.Option("--at", help="Instant, ISO 8601; UTC unless it names an offset.")
    ],
    account: Annotated[str | None, typer.Option(help="Only this account.")] = None,
    rows: Annotated[int, typer.Option(help="Rows shown; --json prints all.")] = 20,
    json: Json = False,
) -> None:
    """What was known of a day at an instant: the newest pull from before it."""
    from rivage.landing.asof import as_of, instant, known_rows

    declared, asked = stream_named(stream), parse_day(day)
    store = _store(settings())
    known = as_of(store, declared, asked, instant(at), account)
    if not known:
        raise BadDate(
            f"Nothing of {stream} for {day} had been pulled at {at}.",
            do=f"`rivage asof {stream} --day {day} --at <a later instant>`, or `rivage status` "
            "for what landing covers.",
            stream=stream,
        )
    names, found = known_rows(store, known, None if json else rows)
    pulls = [
        {"account": m.account_id, "pulled_at": m.pulled_at, "pull_id": m.pull_id, "rows": m.rows}
        for m in known
    ]
    if json:
        body = [dict(zip(names, row, strict=True)) for row in found]
        output.show_json({"stream": stream, "day": day, "at": at, "pulls": pulls, "rows": body})
        return
    output.table(
        f"{stream} of {day}, as known at {at}",
        ["account", "pulled at", "pull", "rows"],
        [[p["account"], p["pulled_at"], p["pull_id"], p["rows"]] for p in pulls],
        right={3},
    )
    fitting = [names.index(name) for name in _fitting(declared, names)]
    shown = [[row[at] for at in fitting] for row in found]
    output.table("rows (all columns with --json)", [names[at] for at in fitting], shown)


def _fitting(stream: Stream, names: Sequence[str]) -> list[str]:
    """The key and the first other columns: as many as a terminal can show."""
    others = [c.name for c in stream.columns if c.name not in stream.keys]
    return [name for name in (*stream.keys, *others) if name in names][:5]


def _store(at: Settings) -> Store:
    return Store(at.landing_url, at.home / "tmp")
