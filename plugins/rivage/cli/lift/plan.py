"""`rivage lift plan`: which locations to treat, how long, and what it takes to see an effect."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from rivage.cli import output
from rivage.cli.lift.geo import Effect
from rivage.cli.lift.options import (
    Alpha,
    JsonTo,
    Source,
    check_alpha,
    check_target,
    day,
    names,
    number,
    whole_numbers,
    write_json,
)


def add_to(lift: typer.Typer) -> None:
    """Register the verb."""
    lift.command()(plan)


def plan(
    file: Source,
    size: Annotated[
        str, typer.Option(help="How many locations to treat; several by commas.", metavar="N,N")
    ] = "2",
    days: Annotated[
        str, typer.Option(help="Lengths of the test to try, in days.", metavar="N,N")
    ] = "14,21,28",
    pre_days: Annotated[
        int | None, typer.Option(min=1, help="Days before the test; twice the test by default.")
    ] = None,
    lift: Annotated[float, typer.Option(help="Effect whose power is told; 0.1 is 10 %.")] = 0.1,
    cost: Annotated[
        float | None, typer.Option(min=0, help="Money one incremental unit is expected to cost.")
    ] = None,
    always: Annotated[
        list[str] | None, typer.Option(help="Locations that must be treated, by commas.")
    ] = None,
    never: Annotated[
        list[str] | None, typer.Option(help="Locations that must not be treated, by commas.")
    ] = None,
    until: Annotated[
        str | None, typer.Option(help="Read the history up to this day.", metavar="DATE")
    ] = None,
    effect: Annotated[Effect, typer.Option(help="As `rivage lift` will be run.")] = "relative",
    top: Annotated[int, typer.Option(min=1, help="Plans shown.")] = 10,
    alpha: Alpha = 0.05,
    json: JsonTo = None,
) -> None:
    """Rank plans of a geo test by what they cost, from a history location,date,Y without a test.

    The power is that of the permutation test `rivage lift --method did` will run, rehearsed on
    every stretch of the history. Plans that see effects where there is none come last.
    """
    from rivage.cli.lift.table_file import read_table
    from rivage.measurement.panel import build_grid
    from rivage.measurement.planner import plans

    check_alpha(alpha)
    check_target(json, "--json")
    last = day(until, "--until")
    table = read_table(file)
    place, when, outcome = table.need("location", "date", "Y")
    with table.blamed():
        geos, calendar, values = build_grid(
            table.text(place), table.days(when), table.numbers(outcome)
        )
        kept = sum(last is None or one <= last for one in calendar)
        found = plans(
            geos, values[:, :kept], sizes=whole_numbers(size, "--size"),
            lengths=whole_numbers(days, "--days"), pre_days=pre_days, lift=lift,
            cost_per_unit=cost, always=names(always), never=names(never), effect=effect,
            alpha=alpha,
        )  # fmt: skip
    write_json([asdict(one) for one in found], json)
    if json == "-":
        return
    rows = [
        [one.test_days, f"{one.share:.1%}",
         number(one.detectable_lift, ".1%"), number(one.detectable, ",.0f"),
         "" if cost is None else number(one.spend, ",.0f"), f"{one.power:.0%}",
         f"{one.false_alarms:.0%}", ", ".join(one.treated)]
        for one in found[:top]
    ]  # fmt: skip
    output.table(
        f"{min(top, len(found))} of {len(found)} plans",
        ["days", "share", "lift", "units", "spend", "power", "alarms", "treated"],
        rows,
        right={0, 1, 2, 3, 4, 5, 6},
    )
    output.out.print(
        "lift, units, spend: the least effect found 4 times in 5. power: at a lift of "
        f"{lift:.0%}. alarms: stretches of the history where an effect was seen without one.",
        style="dim",
        soft_wrap=True,
    )
    if json is not None:
        output.err.print(f"written: {json}", soft_wrap=True, markup=False)
