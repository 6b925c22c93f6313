"""`rivage diff`: what changed in a closed period between two published versions."""

from __future__ import annotations

from typing import Annotated

import typer

from rivage.cli import output
from rivage.cli.running import Json
from rivage.settings import settings
from rivage.windows import Window, parse_day


def add_to(app: typer.Typer) -> None:
    """Register the verb."""
    app.command()(diff)


def diff(
    first: Annotated[str, typer.Option("--from", help="First day of the period, YYYY-MM-DD.")],
    last: Annotated[str, typer.Option("--to", help="Last day of the period, YYYY-MM-DD.")],
    table: Annotated[str | None, typer.Argument(help="One mart; all by default.")] = None,
    before: Annotated[
        str | None,
        typer.Option(help="Version, or a day: what readers saw at its end. The previous one."),
    ] = None,
    after: Annotated[
        str | None, typer.Option(help="Version, or a day. What readers see now.")
    ] = None,
    json: Json = False,
) -> None:
    """What changed in a closed period between two published versions."""
    from rivage.publish import diff as compare

    at, period = settings(), Window(parse_day(first), parse_day(last))
    newer = compare.chosen(at, after)
    older = compare.chosen(at, before, newer)
    found = compare.diff(at, period, older, newer, table)
    if json:
        output.show_json({
            "from": period.start, "to": period.end, "before": older.version,
            "after": newer.version, "tables": compare.as_json(found),
        })  # fmt: skip
        return
    changed = [change for change in found if change.is_changed]
    title = f"{period}: {compare.told_at(older)} -> {compare.told_at(newer)}"
    if not changed:
        output.out.print(f"{title}\nNothing changed in {len(found)} marts.", soft_wrap=True)
        return
    rows = [[c.table, c.rows_before, c.rows_after, c.added, c.removed] for c in changed]
    output.table(title, ["mart", "rows before", "after", "new", "gone"], rows, right={1, 2, 3, 4})
    totals = [
        [c.table, t.of, t.metric, *(compare.shown(n) for n in (t.before, t.after, t.delta))]
        for c in changed
        for t in c.totals
    ]
    if totals:
        columns = ["mart", "of", "total of", "before", "after", "change"]
        output.table("totals that changed", columns, totals, right={3, 4, 5})
