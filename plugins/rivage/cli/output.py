"""How the command line talks: progress on stderr, results on stdout, JSON for machines."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Literal

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

out = Console()
err = Console(stderr=True, highlight=False)

Step = Callable[[str, int, int], None]


@contextmanager
def progress(stage: str, *, quiet: bool) -> Iterator[Step]:
    """A bar for one stage; silent for machines and where nobody watches."""
    if quiet or not err.is_terminal:
        if not quiet:
            err.print(f"{stage} ...")
        yield _silent
        return
    columns = (
        TextColumn("[bold]{task.fields[stage]:<8}"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("[dim]{task.description}"),
    )
    with Progress(*columns, console=err, transient=False) as bars:
        task = bars.add_task("", total=None, stage=stage)

        def step(label: str, done: int, total: int) -> None:
            bars.update(task, description=label[:60], completed=done, total=total)

        yield step
        bars.update(task, description="")


def _silent(_label: str, _done: int, _total: int) -> None:
    """Where nobody watches."""


def plain(value: Any) -> Any:
    """Dataclasses to dicts, for JSON."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    return value


def show_json(value: Any) -> None:
    out.print_json(json.dumps(plain(value), default=str))


def table(
    title: str,
    columns: list[str],
    rows: list[list[Any]],
    *,
    right: frozenset[int] | set[int] = frozenset(),
) -> None:
    """Print one table; columns numbered in `right` are right-aligned."""
    drawn = Table(title=title, title_justify="left", header_style="bold", expand=False)
    for number, name in enumerate(columns):
        side: Literal["left", "right"] = "right" if number in right else "left"
        drawn.add_column(name, justify=side, overflow="fold", no_wrap=number == 0)
    for row in rows:
        drawn.add_row(*("" if cell is None else str(cell) for cell in row))
    out.print(drawn)
