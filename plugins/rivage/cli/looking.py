"""Verbs that only look: check, streams, plan, status."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import typer

from rivage import local_run, stages
from rivage.cli import output
from rivage.cli.running import Day, From, Json, Streams, To, window_of
from rivage.connectors import CONNECTORS, configured, connect
from rivage.errors import RivageError
from rivage.settings import settings
from rivage.streams import all_streams
from rivage.streams.days import request_windows
from rivage.streams.model import Changes, Snapshot, Stream


def add_to(app: typer.Typer) -> None:
    """Register the verbs."""
    for verb in (check, streams, plan, status):
        app.command()(verb)


def check(json: Json = False) -> None:
    """Test every connection step by step: reachable, token, accounts, scope."""
    steps: list[dict[str, Any]] = []
    failed = False
    named = configured(settings())
    for name in CONNECTORS:
        if name not in named:
            told = "not configured; its streams are left out"
            steps.append({"connector": name, "name": "settings", "ok": True, "detail": told})
            continue
        try:
            for step in connect(name, settings()).check():
                steps.append({"connector": name} | output.plain(step))
                failed |= not step.ok
        except RivageError as error:
            failed = True
            steps.append(
                {"connector": name, "name": type(error).__name__, "ok": False, "detail": str(error)}
            )
    if json:
        output.show_json({"ok": not failed, "steps": steps})
    else:
        rows = [
            [
                s["connector"],
                "[green]ok[/]" if s["ok"] else "[red]failed[/]",
                s["name"],
                s["detail"],
            ]
            for s in steps
        ]
        output.table("check", ["connector", "", "step", "detail"], rows)
    if failed:
        raise typer.Exit(3)


def streams(json: Json = False) -> None:
    """List the declared streams."""
    rows = [
        {
            "stream": s.name, "connector": s.connector, "kind": _kind(s),
            "lookback_days": s.lookback.days, "lookback_reason": s.lookback.reason,
            "keys": list(s.keys), "columns": len(s.columns), "personal": len(s.personal),
            "doc": s.doc,
        }
        for s in all_streams().values()
    ]  # fmt: skip
    if json:
        output.show_json(rows)
        return
    output.table(
        "streams",
        ["stream", "window", "look-back", "columns", "what it holds"],
        [[r["stream"], r["kind"], f"{r['lookback_days']} d", r["columns"], r["doc"]] for r in rows],
        right={2, 3},
    )


def _kind(stream: Stream) -> str:
    if isinstance(stream.window, Snapshot):
        return "snapshot"
    return "changes" if isinstance(stream.window, Changes) else "daily"


def plan(
    first: From = None, last: To = None, day: Day = None, only: Streams = None, json: Json = False
) -> None:
    """Show what a pull would read, without reading it. Needs the accounts, so it connects."""
    at = settings()
    window, exact = window_of(first, last, day, at)
    jobs, errors = local_run.plan(at, window, exact=exact, only=only or [])
    rows = [
        {
            "stream": job.stream.name, "account": job.account.id, "name": job.account.name,
            "window": str(job.window), "days": job.window.days,
            "requests_at_least": len(request_windows(job.stream, job.window)),
        }
        for job in jobs
    ]  # fmt: skip
    if json:
        output.show_json({"pulls": rows, "errors": [str(e) for e in errors]})
    else:
        output.table(
            "plan",
            ["stream", "account", "window", "days", "requests >="],
            [
                [r["stream"], r["name"], r["window"], r["days"], r["requests_at_least"]]
                for r in rows
            ],
            right={3, 4},
        )
        for error in errors:
            output.err.print(str(error), style="red", soft_wrap=True)
    if errors:
        raise typer.Exit(errors[0].exit_code)


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
    rows = [
        [v["version"], v["horizon"], f"{v['rows']:,}", v["verdict"], "live" if v["live"] else
         "kept" if v["kept"] else "retired"]
        for v in now["versions"][-10:]
    ]  # fmt: skip
    output.table("versions", ["version", "days up to", "rows", "audit", ""], rows, right={2})
