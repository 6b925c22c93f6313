"""The pull of `rivage pull` and `rivage run`: which days, how far, what landed, what failed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Annotated

import typer

from rivage import access, local_run, preflight, unfinished
from rivage.cli import output, pacing
from rivage.errors import BadDate, Interrupted, RivageError
from rivage.pace import Pace
from rivage.reports import PullReport
from rivage.settings import Settings
from rivage.streams import stream as stream_named
from rivage.windows import Window, parse_day, today_in

From = Annotated[str | None, typer.Option("--from", help="First day, YYYY-MM-DD.")]
To = Annotated[str | None, typer.Option("--to", help="Last day, YYYY-MM-DD.")]
Day = Annotated[
    str | None,
    typer.Option("--day", help="One ordinary day: adds each stream's look-back and fills holes."),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]
Streams = Annotated[
    list[str] | None, typer.Option("--stream", help="Only this stream; can be repeated.")
]
Again = Annotated[
    bool, typer.Option("--again", help="Read all days again, also after an interrupted run.")
]

PARTLY = 4
"""Exit code when some streams failed and the rest went on."""


MANY = 100
"""Pulls above which the table has a row per stream instead."""


def window_of(
    first: str | None, last: str | None, day: str | None, at: Settings
) -> tuple[Window, bool]:
    """The asked window, and whether it is exact; yesterday, ordinary, when nothing is asked."""
    preflight.refuse(at)
    if day and (first or last):
        raise BadDate("Give --day, or --from and --to, not both.")
    if first or last:
        if not (first and last):
            raise BadDate("--from and --to come together.")
        return Window(parse_day(first), parse_day(last)), True
    today = today_in(at.reporting_timezone, datetime.now(UTC))
    one = parse_day(day) if day else today - timedelta(days=1)
    return Window(one, one), False


@dataclass
class Done:
    """What was pulled, and the mark of a run of given days that may be taken up again."""

    pulled: local_run.Pulled
    mark: unfinished.Run | None
    asked_by_name: bool = False

    @property
    def reports(self) -> list[PullReport]:
        """What landed."""
        return self.pulled.reports

    @property
    def errors(self) -> list[RivageError]:
        """What failed."""
        return self.pulled.errors

    def finished(self) -> None:
        """All that follows a pull went well: the same days would be read again."""
        if self.mark and not self.errors:
            self.mark.finished()

    def leave(self) -> None:
        """End with the exit code of the failures, if there were any."""
        if self.errors:
            raise typer.Exit(PARTLY if self.reports else self.errors[0].exit_code)

    def json(self) -> dict[str, object]:
        """For machines."""
        return {
            "reports": [output.plain(r) for r in self.reports],
            "errors": [
                {"error": type(e).__name__, "what": e.what, "where": e.where, "do": e.do}
                for e in self.errors
            ],
            "not_granted": [
                access.plain(one, new=new)
                for new, found in ((True, self.pulled.refused), (False, self.pulled.waiting))
                for one in found
            ],
        }

    def show(self) -> None:
        """A table of what landed, then each failure."""
        from rivage.cli import tell

        output.table(
            "pull + land",
            ["stream", "account", "rows", "days", "unchanged", "s"],
            _rows(self.reports),
            right={2, 3, 4, 5},
        )
        for error in self.errors:
            tell(error)
        self._show_not_granted()
        if self.mark and self.errors:
            output.err.print("The same command again reads only what has not landed.")

    def _show_not_granted(self) -> None:
        for refusal in self.pulled.refused:
            output.err.print(
                f"[bold yellow]not granted[/] {access.sentence(refusal)}", soft_wrap=True
            )
            output.err.print(f"  answer {refusal.what}", soft_wrap=True, markup=False)
        if self.asked_by_name:
            for refusal in self.pulled.waiting:
                output.err.print(access.sentence(refusal), soft_wrap=True, markup=False)
        elif known := access.summary(self.pulled.waiting):
            output.err.print(known, soft_wrap=True, markup=False)


def pull(
    at: Settings, window: Window, exact: bool, only: Sequence[str], *, again: bool, quiet: bool
) -> Done:
    """Pull what was asked for. Given days go on where an interrupted run of them stopped.

    Raises:
        Interrupted: Ctrl-C; says what has landed.
    """
    for name in only:
        stream_named(name)
    mark = unfinished.begin(at, window, only, afresh=again) if exact else None
    try:
        with pacing.shown(quiet=quiet) as show:
            if not quiet:
                output.err.print(_opening(mark), soft_wrap=True)

            def listen(pace: Pace) -> None:
                if mark:
                    mark.alive()
                show(pace)

            since = mark.since if mark and mark.again else None
            planned = local_run.plan(at, window, exact=exact, only=only, since=since)
            done = local_run.pull_all(at, planned, listen)
    except Interrupted as stopped:
        if mark:
            stopped.do = "Run the same command again within a day: it goes on where this one ended."
        raise
    return Done(done, mark, asked_by_name=bool(only))


def _opening(mark: unfinished.Run | None) -> str:
    if mark is None or not mark.again:
        return "pull ..."
    return (
        f"pull: goes on with the run of {mark.since:%Y-%m-%d %H:%M} UTC and leaves out what it "
        "landed; --again reads everything again"
    )


def _rows(reports: list[PullReport]) -> list[list[object]]:
    if len(reports) <= MANY:
        return [
            [r.stream, r.account, f"{r.rows:,}", r.days, r.unchanged, f"{r.seconds:.1f}"]
            for r in reports
        ]
    rows = []
    for stream, same in groupby(reports, lambda r: r.stream):
        of = list(same)
        rows.append([
            stream, f"{len(of)} accounts", f"{sum(r.rows for r in of):,}", sum(r.days for r in of),
            sum(r.unchanged for r in of), f"{sum(r.seconds for r in of):.1f}",
        ])  # fmt: skip
    return rows
