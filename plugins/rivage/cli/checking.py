"""The verb that tests connections: each source step by step, then each permission by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

import typer

from rivage.access import granted_as_one
from rivage.cli import output
from rivage.cli.running import Json
from rivage.connectors import CONNECTORS, configured, connect
from rivage.errors import RivageError, UnknownStream
from rivage.probing import Probe, probe
from rivage.settings import Settings, settings
from rivage.streams import streams_of

_COLOURS = {"ok": "green", "not granted": "yellow", "failed": "red"}


@dataclass(frozen=True)
class Line:
    """One line of the answer; `state` is "ok", "not granted" or "failed".

    `scope` and `ask` name a permission and where to ask for it, "" where the step is none.
    """

    connector: str
    name: str
    state: str
    detail: str
    scope: str = ""
    ask: str = ""
    account: str = ""
    streams: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether nothing has to be repaired: what is not granted is left out."""
        return self.state != "failed"


def add_to(app: typer.Typer) -> None:
    """Register the verb."""
    app.command()(check)


def check(
    source: Annotated[
        str | None, typer.Argument(help="One connector; all that are configured by default.")
    ] = None,
    json: Json = False,
) -> None:
    """Test connections step by step: reachable, token, accounts, scopes, quota, clock, version;
    then each permission that is granted by itself. What is not granted is no failure."""
    if source and source not in CONNECTORS:
        raise UnknownStream(
            f"There is no connector {source!r}.", do=f"Take one of {', '.join(CONNECTORS)}."
        )
    lines: list[Line] = []
    named = configured(settings())
    for name in [source] if source else CONNECTORS:
        if name not in named and not source:
            lines.append(Line(name, "settings", "ok", "not configured; its streams are left out"))
            continue
        try:
            lines += _source(name, settings())
        except RivageError as error:
            lines.append(Line(name, type(error).__name__, "failed", str(error)))
    good = all(line.ok for line in lines)
    if json:
        steps = [output.plain(line) | {"ok": line.ok} for line in lines]
        output.show_json({"ok": good, "steps": steps})
    else:
        rows = [
            [line.connector, f"[{_COLOURS[line.state]}]{line.state}[/]", line.name, line.detail]
            for line in lines
        ]
        output.table("check", ["connector", "", "step", "detail"], rows)
    if not good:
        raise typer.Exit(3)


def _source(name: str, at: Settings) -> Iterator[Line]:
    """The connection's steps, and where they all hold, its permissions."""
    connector = connect(name, at)
    streams = streams_of(name)
    for step in connector.check():
        if step.ok:
            yield Line(name, step.name, "ok", step.detail)
        elif step.refused and granted_as_one(streams) and (access := streams[0].access):
            told = f"{step.detail} Ask at {access.ask}"
            every = tuple(stream.name for stream in streams)
            yield Line(
                name, step.name, "not granted", told, access.scope, access.ask, streams=every
            )
            return
        else:
            yield Line(name, step.name, "failed", step.detail)
            return
    for found in probe(connector, at):
        yield _permission(name, found)


def _permission(name: str, found: Probe) -> Line:
    state = found.state if found.state in ("not granted", "failed") else "ok"
    detail = f"{', '.join(found.streams)} of {found.account}: {found.detail}"
    if state == "not granted":
        detail = f"{detail} Ask at {found.access.ask}"
    return Line(
        name, found.access.scope, state, detail, found.access.scope, found.access.ask,
        found.account, found.streams,
    )  # fmt: skip
