"""The answer to a geo test: for machines, and for people."""

from __future__ import annotations

from typing import Any

from rivage.cli import output
from rivage.cli.lift.options import number
from rivage.measurement.evidence import Evidence
from rivage.measurement.lift import Lift
from rivage.measurement.panel import Panel
from rivage.measurement.ratio_interval import cost_per

_METHODS = {
    "did": "difference in differences",
    "did_relative": "difference in differences of growth",
    "sc": "synthetic control",
    "sc_fixed_effects": "synthetic control, own height",
    "asc": "ridge-augmented synthetic control",
    "asc_levels": "ridge-augmented synthetic control, same height",
}
_LEAST_WEIGHT = 0.001


def method_name(lift: Lift) -> str:
    """The method in words."""
    return _METHODS[lift.method]


def as_dict(panel: Panel, lift: Lift, proof: Evidence, spend: float | None) -> dict[str, Any]:
    """All of it; `ci_low` and `ci_high` bound `att`, null is a side that nothing bounds."""
    cost = cost_of(lift, spend)
    return {
        "method": lift.method,
        "att": lift.att,
        "lift": lift.lift,
        "incremental": lift.incremental,
        "p_value": lift.p_value,
        "ci_low": lift.ci_low,
        "ci_high": lift.ci_high,
        "alpha": lift.alpha,
        "lift_ci_low": lift.lift_low,
        "lift_ci_high": lift.lift_high,
        "incremental_ci_low": lift.incremental_low,
        "incremental_ci_high": lift.incremental_high,
        "cost_per_incremental": cost[0],
        "cost_per_incremental_ci_low": cost[1],
        "cost_per_incremental_ci_high": cost[2],
        "smallest_p": lift.smallest_p,
        "treated": list(lift.treated_geos),
        "n_treated": len(lift.treated_geos),
        "n_controls": lift.controls,
        "start": panel.days[panel.start].isoformat(),
        "end": panel.days[-1].isoformat(),
        "pre_days": lift.pre_days,
        "test_days": lift.test_days,
        "pre_rmspe": lift.pre_rmspe,
        "pre_error": lift.pre_error,
        "pre_drift": lift.pre_drift,
        "evidence_grade": proof.grade,
        "evidence": list(proof.reasons),
        "notes": notes(panel, lift),
        "weights": dict(lift.weights) or None,
        "daily": [
            {"date": day.isoformat(), "observed": seen, "counterfactual": without}
            for day, seen, without in zip(
                panel.days, lift.observed.tolist(), lift.counterfactual.tolist(), strict=True
            )
        ],
    }


def cost_of(lift: Lift, spend: float | None) -> tuple[float | None, float | None, float | None]:
    """What an incremental unit cost, and its bounds."""
    return cost_per(spend, lift.incremental, lift.incremental_low, lift.incremental_high)


def notes(panel: Panel, lift: Lift) -> list[str]:
    """What a reader of the figures must know."""
    gap = panel.skipped_days
    skipped = [f"{gap} calendar days have no row for any location."] if gap else []
    return [*lift.notes, *skipped]


def show(panel: Panel, lift: Lift, proof: Evidence, spend: float | None) -> None:
    """A table, the grade, the notes."""
    level = f"{1 - lift.alpha:.0%} from"
    percent = ",.1%"
    cost = [number(one, ",.2f") for one in cost_of(lift, spend)]
    output.table(
        f"{method_name(lift)}: {', '.join(lift.treated_geos)}",
        ["effect", "estimate", level, "to"],
        [
            ["per location and day (att)", number(lift.att, ",.2f"), number(lift.ci_low, ",.2f"),
             number(lift.ci_high, ",.2f")],
            ["incremental", number(lift.incremental), number(lift.incremental_low),
             number(lift.incremental_high)],
            ["lift", number(lift.lift, percent), number(lift.lift_low, percent),
             number(lift.lift_high, percent)],
            *([["cost per incremental", *cost]] if spend is not None else []),
        ],
        right={1, 2, 3},
    )  # fmt: skip
    fit = "" if lift.pre_error is None else f" ({lift.pre_error:.1%} of the level)"
    say = output.out.print
    say(f"[bold]p[/]         {lift.p_value:.4g}; the least possible is {lift.smallest_p:.2g}")
    say(
        f"[bold]days[/]      {lift.pre_days} before, {lift.test_days} of test from "
        f"{panel.days[panel.start]} to {panel.days[-1]}; {lift.controls} control locations"
    )
    say(f"[bold]pre-fit[/]   misses by {lift.pre_rmspe:,.2f} per location and day{fit}")
    say(f"[bold]evidence[/]  {proof.grade}. {' '.join(proof.reasons)}", soft_wrap=True)
    used = [one for one in lift.weights.items() if abs(one[1]) >= _LEAST_WEIGHT]
    if used:
        used.sort(key=lambda one: (-abs(one[1]), one[0]))
        told = ", ".join(f"{geo} {weight:.1%}" for geo, weight in used[:8])
        say(f"[bold]made of[/]   {told}{' …' if len(used) > 8 else ''}", soft_wrap=True)
    for note in notes(panel, lift):
        output.err.print(f"note: {note}", style="yellow", soft_wrap=True)
