"""What the verbs of `rivage lift` share: options, their checks, and where results go."""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from rivage import atomic
from rivage.cli import output
from rivage.errors import BadDate, OptionInvalid

Source = Annotated[Path, typer.Argument(help="CSV file with a header.", show_default=False)]
Alpha = Annotated[float, typer.Option(help="Error of interval and test; 0.05 is 95 %.")]
JsonTo = Annotated[
    str | None,
    typer.Option("--json", metavar="FILE|-", help="Write the result as JSON; - is the screen."),
]
Value = Annotated[
    str | None, typer.Option("--value", help="Column of the outcome; Y, or the only one left.")
]


def check_alpha(alpha: float) -> None:
    """Refuse an error that is none."""
    if not 0 < alpha < 1:
        raise OptionInvalid(
            f"--alpha is {alpha:g}.", do="Give a number between 0 and 1; 0.05 is a 95 % interval."
        )


def check_target(path: str | Path | None, option: str) -> None:
    """Refuse a file that can't be written before anything is computed."""
    if path is None or str(path) == "-":
        return
    folder = Path(path).absolute().parent
    if not os.access(folder, os.W_OK | os.X_OK) or Path(path).is_dir():
        raise OptionInvalid(
            f"{option} {path} can't be written.",
            do="Name a file in a folder that exists and may be written to.",
        )


def day(text: str | None, option: str) -> date | None:
    """A day given as an option."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadDate(f"{option} is {text!r}.", do="Write days as YYYY-MM-DD.") from error


def names(given: list[str] | None) -> list[str]:
    """Names separated by commas, in one option or several."""
    parts = [part.strip() for one in given or [] for part in one.split(",")]
    return list(dict.fromkeys(part for part in parts if part))


def whole_numbers(text: str, option: str) -> list[int]:
    """Whole numbers above 0, separated by commas."""
    try:
        found = [int(part) for part in text.split(",")]
    except ValueError:
        found = [0]
    if min(found) < 1:
        raise OptionInvalid(f"{option} is {text!r}.", do="Give whole numbers such as 14,21,28.")
    return found


def write_json(value: Any, target: str | None) -> None:
    """To the screen or a file; infinities and NaN have no place in JSON and must be None before."""
    if target == "-":
        output.show_json(value)
    elif target is not None:
        text = json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False, default=str)
        atomic.write_text(Path(target), text + "\n")


def number(value: float | None, form: str = ",.1f") -> str:
    """A figure, or that nothing bounds it."""
    return "unbounded" if value is None else format(value, form)


def figure(value: float | None) -> str:
    """A figure of any size, four digits or all before the point."""
    return number(value, ",.0f" if value is not None and abs(value) >= 1_000 else ",.4g")
