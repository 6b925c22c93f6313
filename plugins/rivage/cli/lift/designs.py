"""`rivage lift switchback|cuped|holdout`: experiments that are not split by place."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rivage.cli import output
from rivage.cli.lift.options import (
    Alpha,
    JsonTo,
    Source,
    Value,
    check_alpha,
    check_target,
    figure,
    write_json,
)

if TYPE_CHECKING:
    from rivage.cli.lift.table_file import TableFile
    from rivage.measurement.evidence import Evidence
    from rivage.measurement.holdout import Arm

Randomised = Annotated[
    bool, typer.Option(help="Chance decided which (default), or the plan was made by hand.")
]


def add_to(lift: typer.Typer) -> None:
    """Register the verbs."""
    for verb in (switchback, cuped, holdout):
        lift.command()(verb)


def switchback(
    file: Source,
    washout: Annotated[
        int, typer.Option(min=0, help="Days dropped at the start of every period (carry-over).")
    ] = 0,
    value: Value = None,
    randomised: Randomised = True,
    alpha: Alpha = 0.05,
    json: JsonTo = None,
) -> None:
    """Effect of being on, from a file with columns period,on[,day_in_period],Y.

    One row per day: the number of its period, whether the period is on (1 or 0), which day of the
    period it is (0 for the first; left out, rows are taken in their order), and the outcome.
    """
    from rivage.cli.lift.table_file import rank_within
    from rivage.measurement.evidence import grade
    from rivage.measurement.switchback import switchback as estimate

    table = _opened(file, alpha, json)
    period, on = table.need("period", "on")
    within = table.find("day_in_period")
    outcome = _outcome(table, value, {period, on, within, table.find("day"), table.find("date")})
    of_period = table.whole(period)
    days = table.whole(within) if within else rank_within(of_period)
    with table.blamed():
        found = estimate(
            of_period, days, table.flags(on), table.numbers(outcome), washout=washout, alpha=alpha
        )
    relative = [
        None if bound is None or found.off_mean <= 0 else bound / found.off_mean
        for bound in (found.ci_low, found.ci_high)
    ]
    proof = grade(
        "switchback", randomised=randomised, p_value=found.p_value, alpha=alpha,
        lift_low=relative[0], lift_high=relative[1], switches=found.switches,
    )  # fmt: skip
    rows = [
        ["on less off, per day", found.estimate, found.ci_low, found.ci_high],
        ["on", found.on_mean, "", ""],
        ["off", found.off_mean, "", ""],
    ]
    facts = [
        f"p {found.p_value:.4g}; Welch error {found.welch_se:.4g}, Newey-West {found.hac_se:.4g}",
        f"{found.on_periods} periods on, {found.off_periods} off, {found.switches} switches; "
        f"{found.dropped_days} days dropped",
    ]
    _answer(asdict(found), proof, json, "switchback", rows, facts)


def cuped(
    file: Source,
    value: Value = None,
    randomised: Randomised = True,
    alpha: Alpha = 0.05,
    json: JsonTo = None,
) -> None:
    """Effect on units drawn at random, from a file with columns treat,pre,post.

    One row per unit: whether it was treated (1 or 0), its value before the experiment, and its
    outcome (--value names another column than post). Other columns are not read.
    """
    from rivage.measurement.cuped import cuped as estimate
    from rivage.measurement.evidence import grade

    table = _opened(file, alpha, json)
    treat, before, after = table.need("treat", "pre", value or "post")
    with table.blamed():
        found = estimate(
            table.numbers(before), table.numbers(after), table.flags(treat), alpha=alpha
        )
    base = found.difference / found.lift if found.lift else None
    proof = grade(
        "cuped", randomised=randomised, p_value=found.p_value, alpha=alpha,
        lift_low=found.ci_low / base if base else None,
        lift_high=found.ci_high / base if base else None,
    )  # fmt: skip
    rows = [
        ["per unit, adjusted", found.difference, found.ci_low, found.ci_high],
        ["per unit, raw", found.raw_difference, "", ""],
        ["per unit, ANCOVA", found.ancova_difference, "", ""],
    ]
    facts = [
        f"p {found.p_value:.4g}; error {found.se:.4g}, raw {found.raw_se:.4g}",
        f"variance falls to {found.variance_ratio:.1%}; {found.treated} treated, "
        f"{found.controls} controls",
    ]
    _answer(asdict(found), proof, json, "CUPED", rows, facts)


def holdout(
    file: Source,
    spend: Annotated[
        float | None, typer.Option(min=0, help="What the ads cost; gives iCPA and iROAS.")
    ] = None,
    randomised: Randomised = True,
    alpha: Alpha = 0.05,
    json: JsonTo = None,
) -> None:
    """Conversion lift, from a file with columns group,people,conversions[,…].

    Two rows, group treatment and control: people, those who converted, and where known exposed
    (people who saw an ad), revenue, and revenue_sd (standard deviation of revenue per person).
    """
    from rivage.measurement.evidence import grade
    from rivage.measurement.holdout import holdout as estimate

    table = _opened(file, alpha, json)
    group, people, converted = table.need("group", "people", "conversions")
    is_treated = table.flags(group)
    if sorted(is_treated.tolist()) != [False, True]:
        raise table.bad(
            f"The file has {int(is_treated.sum())} treatment and {int((~is_treated).sum())} "
            "control rows.",
            do="Give one row for each of the two groups.",
        )
    first = int(is_treated.argmax())
    arms = [_arm(table, row, people, converted) for row in (first, 1 - first)]
    seen = table.find("exposed")
    exposed = int(table.whole(seen)[first]) if seen is not None else None
    with table.blamed():
        found = estimate(arms[0], arms[1], exposed=exposed, spend=spend, alpha=alpha)
    base = found.holdout_rate
    proof = grade(
        "holdout", randomised=randomised, p_value=found.p_value, alpha=alpha,
        lift_low=found.itt_low / base if base else None,
        lift_high=found.itt_high / base if base else None,
    )  # fmt: skip
    rows = [
        ["per 1,000 people (ITT)", *(1000 * x for x in (found.itt, found.itt_low, found.itt_high))],
        ["conversions", found.incremental, found.incremental_low, found.incremental_high],
        *_known("per exposed person (ATT)", found.att, found.att_low, found.att_high),
        *_known("cost per conversion", found.icpa, found.icpa_low, found.icpa_high),
        *_known("revenue", found.incremental_revenue, found.revenue_low, found.revenue_high),
        *_known("iROAS", found.iroas, found.iroas_low, found.iroas_high),
    ]
    facts = [f"p {found.p_value:.4g}; rates {found.treated_rate:.3%} and {found.holdout_rate:.3%}"]
    _answer(asdict(found), proof, json, "holdout", rows, facts)


def _opened(file: Path, alpha: float, json: str | None) -> TableFile:
    from rivage.cli.lift.table_file import read_table

    check_alpha(alpha)
    check_target(json, "--json")
    return read_table(file)


def _outcome(table: TableFile, named: str | None, taken: set[str | None]) -> str:
    if named is not None:
        return table.need(named)[0]
    left = [name for name in table.columns if name not in taken]
    usual = table.find("Y")
    if usual is not None or len(left) == 1:
        return usual or left[0]
    raise table.bad(
        f"Which column is the outcome: {', '.join(left) or 'none is left'}?",
        do="Name it Y, or give --value.",
    )


def _arm(table: TableFile, row: int, people: str, converted: str) -> Arm:
    from rivage.measurement.holdout import Arm

    money = [
        None if column is None else float(table.numbers(column)[row])
        for column in (table.find("revenue"), table.find("revenue_sd"))
    ]
    counts = [int(table.whole(column)[row]) for column in (people, converted)]
    return Arm(counts[0], counts[1], money[0], money[1])


def _known(name: str, value: float | None, low: float | None, high: float | None) -> list[Any]:
    return [] if value is None else [[name, value, low, high]]


def _answer(values: dict[str, Any], proof: Evidence, json: str | None, title: str,
            rows: list[list[Any]], facts: list[str]) -> None:  # fmt: skip
    answer = values | {"evidence_grade": proof.grade, "evidence": list(proof.reasons)}
    write_json(answer, json)
    if json == "-":
        return
    shown = [
        [name, *(cell if cell == "" else figure(cell) for cell in cells)] for name, *cells in rows
    ]
    level = f"{1 - values['alpha']:.0%} from"
    output.table(title, ["effect", "estimate", level, "to"], shown, right={1, 2, 3})
    for fact in facts:
        output.out.print(fact, soft_wrap=True)
    output.out.print(f"[bold]evidence[/]  {proof.grade}. {' '.join(proof.reasons)}", soft_wrap=True)
    if json is not None:
        output.err.print(f"written: {json}", soft_wrap=True, markup=False)
