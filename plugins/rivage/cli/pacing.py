"""How far a pull is: a row per source on a terminal, a line now and then elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from rivage.cli.output import err
from rivage.pace import Pace, Source, duration, now_and_then

EVERY = 30.0
"""Seconds between two lines where no terminal is."""


@contextmanager
def shown(*, quiet: bool) -> Iterator[Callable[[Pace], None]]:
    """A listener that shows the pace until the block ends; silent for machines."""
    if quiet:
        yield _silent
    elif not err.is_terminal:
        yield now_and_then(lambda text: err.print(f"pull: {text}", soft_wrap=True), EVERY)
    else:
        columns = (
            TextColumn("[bold]{task.fields[source]:<16}"),
            BarColumn(bar_width=20),
            TextColumn("{task.fields[went]}"),
            TimeElapsedColumn(),
            TextColumn("[dim]{task.fields[left]}"),
        )
        with Progress(*columns, console=err) as bars:
            yield _Rows(bars)


class _Rows:
    """A row for each source under way, and one for all of them."""

    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._all = bars.add_task("", total=None, source="pull", went="", left="")
        self._rows: dict[str, object] = {}

    def __call__(self, pace: Pace) -> None:
        done, of = pace.total("windows_done"), pace.total("windows")
        self._bars.update(
            self._all, completed=done, total=of, went=_went(done, of, pace.total("calls"),
            pace.total("calls_left"), pace.total("rows")), left=_left(pace.left),
        )  # fmt: skip
        for source in pace.sources.values():
            if source.running or source.name in self._rows:
                self._row(source)

    def _row(self, one: Source) -> None:
        if one.name not in self._rows:
            self._rows[one.name] = self._bars.add_task("", source=one.name, went="", left="")
        went = _went(one.windows_done, one.windows, one.calls, one.calls_left, one.rows)
        self._bars.update(
            self._rows[one.name], completed=one.windows_done, total=one.windows,  # type: ignore[arg-type]
            went=went, left="" if one.done else _left(one.left),
        )  # fmt: skip


def _went(done: float, of: float, calls: float, calls_left: float, rows: float) -> str:
    told = f"{done:,.0f}/{of:,.0f} windows  {rows:,.0f} rows"
    return told + (f"  {calls:,.0f}/~{calls + calls_left:,.0f} calls" if calls else "")


def _left(seconds: float | None) -> str:
    return "" if seconds is None else f"about {duration(seconds)} left"


def _silent(_pace: Pace) -> None:
    """For machines."""
