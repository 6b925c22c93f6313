"""`python -m sandbox serve` and `python -m sandbox world`."""

from __future__ import annotations

import json
import logging
import os
import socket
import threading
import time
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

DEFAULT_NOW = "2026-10-01T06:00:00Z"
app = typer.Typer(add_completion=False, no_args_is_help=True, help="The sandbox of Rivage.")

Size = Annotated[str, typer.Option(help="tiny, small, medium, large or a number of web events")]
Export = Literal["files", "bigquery"]
Start = Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="first day of the world")]


def _size(text: str) -> str | int:
    return int(text) if text.isdigit() else text


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


@app.command()
def serve(
    home: Annotated[Path, typer.Option(help="folder of sandbox.json, key file, sandbox.env")],
    port: Annotated[int, typer.Option(help="0 picks a free one")] = 0,
    bucket: Annotated[Path | None, typer.Option(help="export folder, default HOME/bucket")] = None,
    size: Size = "tiny",
    seed: int = 7,
    start: Start = datetime(2026, 9, 1),
    days: int = 120,
    now: Annotated[str, typer.Option(help="simulated now, ISO 8601")] = DEFAULT_NOW,
    faults: Annotated[
        Path | None, typer.Option(help="fault plan, see sandbox/faults/example.yml")
    ] = None,
    without_scope: Annotated[
        list[str] | None,
        typer.Option(help="permission that is not granted, see sandbox/scopes.py; can be repeated"),
    ] = None,
    export: Annotated[
        Export, typer.Option(help="where sandbox.env lets the event export be read")
    ] = "files",
) -> None:
    """Serve all dialects on 127.0.0.1 until told to stop."""
    import uvicorn

    from sandbox.app import build_app, build_sandbox
    from sandbox.credentials import environment, write_atomically
    from sandbox.door import Exposed
    from sandbox.faults import read_plan
    from sandbox.settings import Settings
    from sandbox.world import WorldConfig

    try:
        plan = read_plan(faults) if faults else None
    except (OSError, ValueError) as wrong:
        raise typer.BadParameter(f"{faults} is no fault plan: {wrong}") from None
    try:
        switches = Settings(without_scopes=without_scope or [])
    except ValueError as wrong:
        raise typer.BadParameter(str(wrong)) from None
    door = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    door.bind(("127.0.0.1", port))
    url = f"http://127.0.0.1:{door.getsockname()[1]}"
    home = home.resolve()
    files = (bucket or home / "bucket").resolve()
    config = WorldConfig(seed=seed, start=start.date(), days=days, size=_size(size))
    box = build_sandbox(config, _instant(now), home, files, url)
    box.settings = switches
    delivered = threading.Event()
    if plan:
        box.faults.put(plan.rules, plan.seed)

    def announce() -> None:
        values = environment(box.credentials, url, home, files, export)
        lines = [f"{key}={value}" for key, value in values.items()]
        write_atomically(home / "sandbox.env", "\n".join(lines) + "\n")
        threading.Thread(target=deliver, daemon=True).start()

    def deliver() -> None:
        """Export files take seconds a day; every API answers meanwhile. Whoever reads the
        files waits for sandbox.json."""
        box.exports.bring_up_to(box.clock.epoch)
        facts = {"url": url, "pid": os.getpid(), "bucket": str(files), "home": str(home),
                 "now": now, "seed": seed, "size": config.size,
                 "start": config.start.isoformat(), "days": days}  # fmt: skip
        write_atomically(home / "sandbox.json", json.dumps(facts, indent=2))
        delivered.set()

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            announce()
            typer.echo(f"sandbox ready at {url}")

    # A body cut short on purpose makes the server complain; it is not news.
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
    settings = uvicorn.Config(Exposed(build_app(box)), log_config=None, access_log=False,
                              lifespan="off", timeout_graceful_shutdown=2)  # fmt: skip
    try:
        Server(settings).run(sockets=[door])
    except KeyboardInterrupt:
        pass
    finally:
        (home / "sandbox.json").unlink(missing_ok=True)
        if not delivered.is_set():  # files nobody waits for any more
            os._exit(0)


@app.command()
def world(
    size: Size = "tiny",
    days: int = 3,
    seed: int = 7,
    start: Start = datetime(2026, 9, 1),
    write: Annotated[Path | None, typer.Option(help="also write the export files here")] = None,
) -> None:
    """Time the generation of a world."""
    from rich.console import Console
    from rich.table import Table

    from sandbox.ga4_export.events import day_events
    from sandbox.ga4_export.writer import EventFiles
    from sandbox.world import World, WorldConfig

    made = World(WorldConfig(seed=seed, start=start.date(), days=max(days, 1), size=_size(size)))
    files = EventFiles(made) if write else None
    table = Table(title=f"seed {seed}, size {size}")
    for name in ("day", "sessions", "orders", "events", "spend EUR", "seconds", "events/s"):
        table.add_column(name, justify="right")
    total, begin = 0, time.perf_counter()
    for day in range(days):
        clock = time.perf_counter()
        delivered = made.delivery(day)
        if files and write:
            date = made.config.day(day)
            rows = files.write(write / f"events_{date:%Y%m%d}.parquet", day, 3)
        else:
            rows = len(day_events(made, day, 3)[1]["visit"])
        spent = time.perf_counter() - clock
        total += rows
        table.add_row(
            made.config.day(day).isoformat(), f"{len(made.sessions(day)):,}",
            f"{len(made.orders(day)):,}", f"{rows:,}", f"{delivered.cells[0].sum() / 100:,.2f}",
            f"{spent:.2f}", f"{rows / spent:,.0f}",
        )  # fmt: skip
    spent = time.perf_counter() - begin
    table.add_section()
    table.add_row("all", "", "", f"{total:,}", "", f"{spent:.2f}", f"{total / spent:,.0f}")
    Console().print(table)
