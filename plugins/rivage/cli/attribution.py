"""`rivage attribution`: credit of all models over a file of paths, or of touches and orders."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rivage.cli import output
from rivage.cli.running import Json
from rivage.errors import SettingMissing

if TYPE_CHECKING:
    from rivage.journeys.report import Report, Wishes

_AUTO = "auto"
_SEMANTICS = ("window", "exclusive")
_FRAME = 3


def add_to(app: typer.Typer) -> None:
    """Register the verb."""
    app.command()(attribution)


def attribution(
    file: Annotated[
        Path,
        typer.Argument(
            help="Paths (path,total_conversions[,total_conversion_value,total_null]) or, with "
            "--orders, touches (user_id,touched_at,channel[,touch_type,campaign,cost]); "
            "CSV or Parquet."
        ),
    ],
    orders_file: Annotated[
        Path | None,
        typer.Option("--orders", help="Orders (order_id,user_id,ordered_at,revenue)."),
    ] = None,
    model: Annotated[
        list[str] | None, typer.Option("--model", help="One model; repeatable; default all.")
    ] = None,
    order: Annotated[
        list[str] | None,
        typer.Option("--order", help="Touches a Markov state holds; repeatable; auto: by BIC."),
    ] = None,
    window: Annotated[
        str | None,
        typer.Option(help="How old a touch may be: 30d, or by type click=168h,view=24h."),
    ] = None,
    half_life: Annotated[str | None, typer.Option(help="Of time decay: 7d (default), 36h.")] = None,
    position: Annotated[
        str, typer.Option(help="Shares of first, middle and last touch.")
    ] = "0.4,0.2,0.4",
    semantics: Annotated[
        str,
        typer.Option(
            help="window: a touch may serve several orders; exclusive: only the user's next one."
        ),
    ] = _SEMANTICS[0],
    direct: Annotated[
        list[str] | None,
        typer.Option(help="Channel that last_non_direct passes over; repeatable; default direct."),
    ] = None,
    separator: Annotated[str, typer.Option(help="Between the steps of a path.")] = ">",
    out: Annotated[
        Path | None, typer.Option(help="Write model,order,channel,removal_effect,conversions,value")
    ] = None,
    interval: Annotated[
        bool,
        typer.Option("--interval", help="95 % bounds of data-driven credits, as two more columns."),
    ] = False,
    memory: Annotated[str, typer.Option(help="Most that DuckDB may use.")] = "4GB",
    json: Json = False,
) -> None:
    """Share out conversions and their value by rules, Markov chains and Shapley values."""
    from rivage.journeys.credit_file import check_ending, write_rows
    from rivage.journeys.report import report_events, report_paths

    if out:
        check_ending(out)
    wishes = _wishes(model, order, window, half_life, position, semantics, direct, interval, memory)
    if orders_file:
        report = report_events(file, orders_file, wishes)
    else:
        _refuse_times(window, half_life, semantics)
        if not separator.strip():
            raise SettingMissing("The separator of paths is empty.", do="Write --separator '>'.")
        report = report_paths(file, separator.strip(), wishes)
    rows = report.rows()
    if out:
        write_rows(out, rows)
    if json:
        scores = dict(zip(report.channels, report.disagreement(), strict=True))
        output.show_json(
            {
                "conversions": report.conversions,
                "value": report.value if report.has_value else None,
                "credits": rows, "disagreement": scores, "notes": report.notes,
            }
        )  # fmt: skip
    else:
        _show(report)


def _wishes(
    model: list[str] | None, order: list[str] | None, window: str | None, half_life: str | None,
    position: str, semantics: str, direct: list[str] | None, interval: bool, memory: str,
) -> Wishes:  # fmt: skip
    from rivage.journeys.report import Wishes
    from rivage.journeys.touch_windows import TouchWindows, parse, seconds
    from rivage.measurement.models import DIRECT

    if semantics not in _SEMANTICS:
        raise SettingMissing(
            f"There are no semantics {semantics!r}.", do=f"Take {' or '.join(_SEMANTICS)}."
        )
    return Wishes(
        models=tuple(model or ()), orders=_orders(order or ["1"]), ends=_shares(position),
        direct=tuple(direct or DIRECT), windows=parse(window) if window else TouchWindows(),
        half_life=seconds(half_life or "7d"), exclusive=semantics == "exclusive",
        bounds=interval, memory=memory,
    )  # fmt: skip


def _orders(given: list[str]) -> tuple[int, ...]:
    if given == [_AUTO]:
        return ()
    if not all(text.isdecimal() and int(text) > 0 for text in given):
        raise SettingMissing(
            f"--order {' '.join(given)} is no order of a chain.", do="Write 1, 2 or 3, or auto."
        )
    return tuple(sorted({int(text) for text in given}))


def _shares(text: str) -> tuple[float, float, float]:
    """`0.4,0.2,0.4` or `40,20,40`."""
    from rivage.measurement.rules import checked_shares

    try:
        shares = [float(part) for part in text.split(",")]
        scale = 100 if sum(shares) > 1.5 else 1
        first, middle, last = checked_shares([share / scale for share in shares])
    except ValueError as error:
        raise SettingMissing(
            f"--position {text}: {error}.", do="Write three shares that make 1: 0.4,0.2,0.4."
        ) from None
    return first, middle, last


def _refuse_times(window: str | None, half_life: str | None, semantics: str) -> None:
    given = {"--window": window, "--half-life": half_life}
    named = [name for name, value in given.items() if value is not None]
    named += ["--semantics"] if semantics != _SEMANTICS[0] else []
    if named:
        raise SettingMissing(
            f"{', '.join(named)} can't be applied: a file of paths holds no times.",
            do="Leave it out, or give touches and --orders.",
        )


def _show(report: Report) -> None:
    names = [*report.channels, "all"]
    parts = {"conversions": "conversions"} | ({"value": "values"} if report.has_value else {})
    for title, part in parts.items():
        for columns in _pieces(names, _columns(report, part)):
            rows = [
                [name, *(cells[at] for cells in columns.values())] for at, name in enumerate(names)
            ]
            right = set(range(1, len(columns) + 1))
            output.table(title, ["channel", *columns], rows, right=right)
    for note in report.notes:
        output.err.print(note, style="yellow", soft_wrap=True)


def _columns(report: Report, part: str) -> dict[str, list[str]]:
    """Per model its credits and their sum as printed, with what else is known of it."""
    from rivage.measurement.rounding import rounded

    columns: dict[str, list[str]] = {}
    for credit in report.credits:
        order = f" {credit.order}" if credit.model.startswith("markov") else ""
        name = credit.model.replace("_", " ") + order
        numbers = rounded(getattr(credit, part))
        columns[name] = [f"{number:,.2f}" for number in [*numbers, numbers.sum()]]
        if part == "conversions" and credit.bounds is not None:
            bounds = zip(credit.bounds.lower, credit.bounds.upper, strict=True)
            columns[f"{name}, 95%"] = [f"{low:,.2f} to {high:,.2f}" for low, high in bounds]
        if part == "conversions" and credit.model == "markov":
            effects = credit.removal_effects if credit.removal_effects is not None else ()
            columns[f"removal effect{order}"] = [f"{effect:.4f}" for effect in effects]
    scores = report.disagreement()
    if part == "conversions" and any(score is not None for score in scores):
        columns["disagreement"] = ["" if score is None else f"{score:.2f}" for score in scores]
    lines = len(report.channels) + 1
    return {name: cells + [""] * (lines - len(cells)) for name, cells in columns.items()}


def _pieces(names: list[str], columns: dict[str, list[str]]) -> Iterator[dict[str, list[str]]]:
    """The columns in as many tables as the width of the terminal asks for."""
    room = output.out.width - max(map(len, ["channel", *names])) - _FRAME - 1
    piece: dict[str, list[str]] = {}
    left = room
    for name, cells in columns.items():
        # A heading may be broken between its words, numbers never.
        wide = max(map(len, [*cells, *name.split()])) + _FRAME
        if piece and wide > left:
            yield piece
            piece, left = {}, room
        piece[name] = cells
        left -= wide
    yield piece
