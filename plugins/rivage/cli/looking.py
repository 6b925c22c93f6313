"""Verbs that only look: streams, status."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from rivage.cli import output
from rivage.cli.running import Json
from rivage.settings import settings
from rivage.streams import all_streams
from rivage.streams.model import Changes, Snapshot, Stream


def add_to(app: typer.Typer) -> None:
    """Register the verbs."""
    for verb in (streams, status):
        app.command()(verb)


def streams(
    wide: Annotated[bool, typer.Option("--wide", help="Also reasons and documentation.")] = False,
    json: Json = False,
) -> None:
    """List the declared streams: source, key, window, look-back, personal fields."""
    rows: list[dict[str, Any]] = [
        {
            "stream": s.name, "connector": s.connector, "endpoint": s.endpoint,
            "keys": list(s.keys), "kind": _kind(s),
            "days_per_request": getattr(s.window, "days_per_request", None),
            "oldest": getattr(s.window, "oldest", None), "latency": s.latency,
            "lookback_days": s.lookback.days, "lookback_reason": s.lookback.reason,
            "personal": [f"{p.path} ({p.action})" for p in s.personal],
            "columns": len(s.columns), "required": s.required,
            "scope": s.access.scope if s.access else "", "doc": s.doc,
        }
        for s in all_streams().values()
    ]  # fmt: skip
    if json:
        output.show_json(rows)
        return
    headers = ["stream", "window", "look-back", "key"] + (
        ["source", "personal", "why look back", "permission", "what it holds"] if wide else []
    )
    shown = [
        [
            r["stream"], _window(r), f"{r['lookback_days']} d", ", ".join(r["keys"]),
            *([r["connector"], ", ".join(r["personal"]), r["lookback_reason"], r["scope"], r["doc"]]
              if wide else []),
        ]
        for r in rows
    ]  # fmt: skip
    output.table("streams", headers, shown, right={2})
    if not wide:
        personal = [r for r in rows if r["personal"]]
        output.out.print("[bold]personal fields[/], dealt with before anything is written:")
        for row in personal:
            output.out.print(f"  {row['stream']}: {', '.join(row['personal'])}", soft_wrap=True)


def _window(row: dict[str, Any]) -> str:
    parts = [row["kind"]]
    if row["days_per_request"]:
        parts.append(f"{row['days_per_request']} d/request")
    if row["oldest"]:
        parts.append(f"{row['oldest']} d back")
    return ", ".join(parts)


def _kind(stream: Stream) -> str:
    if isinstance(stream.window, Snapshot):
        return "snapshot"
    return "changes" if isinstance(stream.window, Changes) else "daily"


def status(json: Json = False) -> None:
    """What readers see, how old it is, what the last audit said, and what landing covers."""
    from rivage.status import read_status

    now = read_status(settings(), datetime.now(UTC))
    if json:
        output.show_json(now)
        return
    seen = now["published"]
    if seen:
        output.out.print(
            f"[bold]published[/]  {seen['version']}, {seen['age_hours']:.1f} h old, days up to "
            f"{seen['horizon']}, verdict {seen['verdict']}\n           {seen['path']}",
            soft_wrap=True,
        )
    else:
        output.out.print("[bold]published[/]  nothing yet")
    if held := now["held"]:
        output.out.print(
            f"[bold red]held[/]       since {held['since']:%Y-%m-%d %H:%M} UTC: ", end=""
        )
        output.out.print(held["why"], soft_wrap=True, markup=False)
    audit = now["audit"]
    if audit:
        output.out.print(
            f"[bold]audit[/]      {audit['verdict']} on {audit['audited_at']}: {audit['checks']} "
            f"checks, {len(audit['findings'])} findings; {audit['consequence']}",
            soft_wrap=True,
        )
        for finding in audit["findings"][:10]:
            output.out.print(f"           {finding['sentence']}", soft_wrap=True)
            output.out.print(
                f"           runbook expectations/runbooks/{finding['runbook']}", style="dim"
            )
    rows = [
        [s["stream"], s["account"], s["covered_from"], s["covered_to"], s["missing_days"],
         s["last_pull"], "[yellow]behind[/]" if s["stale"] else ""]
        for s in now["streams"]
    ]  # fmt: skip
    output.table(
        "landing",
        ["stream", "account", "from", "to", "holes", "last pull", ""],
        rows,
        right={4},
    )
    for one in now["not_granted"]:
        output.out.print(f"[bold yellow]not granted[/] {one['sentence']}", soft_wrap=True)
    rows = [
        [v["version"], v["horizon"], f"{v['rows']:,}", v["verdict"], "live" if v["live"] else
         "kept" if v["kept"] else "retired"]
        for v in now["versions"][-10:]
    ]  # fmt: skip
    output.table("versions", ["version", "days up to", "rows", "audit", ""], rows, right={2})
