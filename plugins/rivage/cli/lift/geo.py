"""`rivage lift geo.csv`: what a geo test brought."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from rivage.cli import output
from rivage.cli.lift.options import (
    Alpha,
    JsonTo,
    Source,
    check_alpha,
    check_target,
    day,
    names,
    write_json,
)
from rivage.errors import OptionInvalid

if TYPE_CHECKING:
    from rivage.measurement.lift import Lift
    from rivage.measurement.panel import Panel

PLOTS = (".html", ".png", ".svg")
Method = Literal["did", "sc", "asc"]
Effect = Literal["level", "relative"]


def add_to(lift: typer.Typer) -> None:
    """Register the verb."""
    lift.command("geo")(geo)


def geo(
    file: Source,
    treated: Annotated[
        list[str], typer.Option(help="Treated locations, separated by commas; can be repeated.")
    ],
    start: Annotated[str, typer.Option(help="First day of the treatment.", metavar="DATE")],
    end: Annotated[
        str | None, typer.Option(help="Its last day; the file's by default.", metavar="DATE")
    ] = None,
    method: Annotated[
        Method,
        typer.Option(
            help="did: difference in differences; sc: synthetic control; asc: the same, "
            "ridge-augmented."
        ),
    ] = "did",
    effect: Annotated[
        Effect,
        typer.Option(
            help="Of did: the treatment adds the same to every location (level), or in proportion "
            "to its size (relative; better when sizes differ)."
        ),
    ] = "level",
    fixed_effects: Annotated[
        bool | None,
        typer.Option(help="Of sc (default no) and asc (default yes): allow another height."),
    ] = None,
    spend: Annotated[
        float | None, typer.Option(min=0, help="What the treatment cost; gives cost per unit.")
    ] = None,
    randomised: Annotated[
        bool, typer.Option("--randomised", help="The treated locations were drawn at random.")
    ] = False,
    alpha: Alpha = 0.05,
    json: JsonTo = None,
    plot: Annotated[
        Path | None, typer.Option(help="Draw treated against counterfactual: .svg, .png, .html.")
    ] = None,
) -> None:
    """Effect of a test in some locations, from a file with columns location,date,Y.

    One row per location and day, days before the test included. Names are matched exactly first,
    then without regard to letter case.
    """
    from rivage.cli.lift.geo_answer import as_dict, show
    from rivage.cli.lift.table_file import read_table
    from rivage.measurement.evidence import grade_of
    from rivage.measurement.panel import build_panel

    check_alpha(alpha)
    check_target(json, "--json")
    check_target(plot, "--plot")
    if plot is not None and plot.suffix.lower() not in PLOTS:
        raise OptionInvalid(f"--plot {plot} is no picture.", do=f"End it in {', '.join(PLOTS)}.")
    first, last = day(start, "--start"), day(end, "--end")
    table = read_table(file)
    place, when, outcome = table.need("location", "date", "Y")
    with table.blamed():
        panel = build_panel(
            table.text(place), table.days(when), table.numbers(outcome),
            treated=names(treated), start=first or date.max, end=last,
        )  # fmt: skip
        found = _estimate(panel, method, effect, fixed_effects, alpha)
    proof = grade_of(found, randomised=randomised)
    if plot is not None:
        from rivage.cli.lift.chart import write_chart

        write_chart(panel, found, plot)
    write_json(as_dict(panel, found, proof, spend), json)
    if json != "-":
        show(panel, found, proof, spend)
        for target in (plot, json):
            if target is not None:
                output.err.print(f"written: {target}", soft_wrap=True, markup=False)


def _estimate(
    panel: Panel, method: Method, effect: Effect, fixed_effects: bool | None, alpha: float
) -> Lift:
    from rivage.measurement.augmented import augmented_synthetic_control
    from rivage.measurement.did import difference_in_differences
    from rivage.measurement.synthetic_control import synthetic_control

    if method == "did":
        if fixed_effects is not None:
            raise OptionInvalid("--fixed-effects is of sc and asc; did always has them.", do="")
        return difference_in_differences(panel, effect=effect, alpha=alpha)
    if effect != "level":
        raise OptionInvalid("--effect is of did only.", do="Leave it out, or use --method did.")
    if method == "sc":
        return synthetic_control(panel, fixed_effects=bool(fixed_effects), alpha=alpha)
    return augmented_synthetic_control(panel, fixed_effects=fixed_effects is not False, alpha=alpha)
