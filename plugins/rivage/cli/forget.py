"""`rivage forget`: remove one customer and prove it."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from rivage.cli import output
from rivage.cli.running import Json
from rivage.forgetting import Forgotten, look
from rivage.forgetting import forget as forget_customer
from rivage.settings import settings

REMAINS = 5
"""Exit code of --prove when something still holds the person."""


def add_to(app: typer.Typer) -> None:
    """Register the verb."""
    app.command()(forget)


def forget(
    customer: Annotated[
        str, typer.Argument(help="E-mail address, or the shop's customer id (number or gid).")
    ],
    prove: Annotated[
        bool, typer.Option("--prove", help="Only look where the customer is; remove nothing.")
    ] = False,
    rebuild: Annotated[
        bool, typer.Option(help="Build, audit and publish the marts without the customer.")
    ] = True,
    json: Json = False,
) -> None:
    """Remove one customer from landing, warehouse and marts, keep them out, and prove it."""
    # Libraries write the command line into files of their own; dbt does with each run.
    sys.argv = ["(customer)" if word == customer else word for word in sys.argv]
    if prove:
        done = look(settings(), customer)
    else:
        with output.progress("forget", quiet=json) as step:
            done = forget_customer(settings(), customer, rebuild=rebuild, progress=step)
    if json:
        output.show_json(output.plain(done))
    else:
        _show(done, removed=not prove)
    if done.remaining:
        raise typer.Exit(REMAINS)


def _show(done: Forgotten, *, removed: bool) -> None:
    rows = [[stream, count] for stream, count in done.rows.items()]
    if rows:
        output.table("removed from landing", ["stream", "rows"], rows, right={1})
    elif removed:
        output.out.print("Landing holds no row of this customer that could be removed.")
    if done.published:
        output.out.print(f"Readers now see [bold]{done.published}[/].")
    for version in done.versions_removed:
        output.out.print(f"Version {version} named the customer; it is deleted.")
    output.table(
        "still there",
        ["place", "by", "looked at", "found"],
        [[each.place, each.by, f"{each.looked_at:,}", each.found] for each in done.looks],
        right={2, 3},
    )
