"""`rivage alerts`: where messages go, what was sent, and whether a sink works."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from rich.markup import escape

from rivage.alerts import routes as routing
from rivage.alerts.deliver import Post, sinks
from rivage.alerts.failures import tell_test
from rivage.alerts.settings import Alerts
from rivage.cli import output
from rivage.cli.running import Json
from rivage.errors import SettingMissing
from rivage.incidents import log
from rivage.settings import settings

NOT_DELIVERED = 4
"""Exit code of --test when a sink did not take the message."""
LAST = 15


def add_to(app: typer.Typer) -> None:
    """Register the verb."""
    app.command()(alerts)


def alerts(
    test: Annotated[
        bool, typer.Option("--test", help="Send a test message to every sink.")
    ] = False,
    json: Json = False,
) -> None:
    """Sinks, routes and the last messages; secret addresses show their host only."""
    at, now = settings(), datetime.now(UTC)
    chosen = _settings()
    routed = routing.routes(chosen)
    named = list(dict.fromkeys(sink for route in routed for sink in route.sinks))
    reached = sinks(at, chosen, named)
    if test:
        done = tell_test(at, now, Post(reached), named)
        rows: list[dict[str, Any]] = [{"sink": d.sink, "ok": d.ok, "error": d.error} for d in done]
        _show(json, {"test": rows}, "test", ["sink", "", "error"],
              [[r["sink"], "[green]ok[/]" if r["ok"] else "[red]failed[/]", escape(r["error"])]
               for r in rows])  # fmt: skip
        if not all(delivery.ok for delivery in done):
            raise typer.Exit(NOT_DELIVERED)
        return
    told: dict[str, Any] = {
        "sinks": {name: sink.shown for name, sink in reached.items()},
        "routes": [
            {"owner": sorted(r.owners), "severity": sorted(r.severities), "sinks": list(r.sinks)}
            for r in routed
        ],
        "quiet_hours": chosen.quiet_hours,
        "timezone": chosen.timezone or at.reporting_timezone,
        "sent": _sent(),
    }
    if json:
        output.show_json(told)
        return
    output.table("sinks", ["sink", "reaches"], [[n, s.shown] for n, s in reached.items()])
    output.table(
        "routes", ["owner", "severity", "sinks"],
        [[", ".join(r["owner"]) or "all", ", ".join(r["severity"]) or "all", ", ".join(r["sinks"])]
         for r in told["routes"]],
    )  # fmt: skip
    if chosen.quiet_hours:
        output.out.print(f"Warnings wait {chosen.quiet_hours} ({told['timezone']}).")
    output.table(
        "sent", ["at (UTC)", "sink", "what", "about", "fingerprint", ""],
        [[s["at"], s["sink"], s["what"], s["about"], s["fingerprint"], escape(s["error"])]
         for s in told["sent"]],
    )  # fmt: skip


def _settings() -> Alerts:
    try:
        return Alerts()
    except ValueError as error:
        raise SettingMissing(
            f"RIVAGE_ALERTS_* can't be read: {error}", do="Compare them with .env.example."
        ) from None


def _sent() -> list[dict[str, str]]:
    events = [event for event in log.read(settings()) if event.kind == "sent"][-LAST:]
    return [
        {"at": f"{e.at:%Y-%m-%d %H:%M}", "fingerprint": e.fingerprint}
        | {name: str(e.facts.get(name, "")) for name in ("sink", "what", "about", "error")}
        for e in reversed(events)
    ]


def _show(
    json: bool, told: dict[str, Any], title: str, columns: list[str], rows: list[list[Any]]
) -> None:
    if json:
        output.show_json(told)
    else:
        output.table(title, columns, rows)
