"""Verbs that do something: pull, build, audit, publish, rollback, run, upkeep."""

from __future__ import annotations

import getpass
import logging
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from rivage import access, local_run, preflight, stages
from rivage.cli import output
from rivage.errors import BadDate, RivageError
from rivage.reports import AuditReport, BuildReport, PublishReport
from rivage.settings import Settings, settings
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
Full = Annotated[bool, typer.Option("--full-refresh", help="Rebuild everything from landing.")]

PARTLY = 4
"""Exit code when some streams failed and the rest went on."""


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


def add_to(app: typer.Typer) -> None:
    """Register the verbs."""
    for verb in (pull, build, audit, publish, rollback, run, upkeep):
        app.command()(verb)


def pull(
    first: From = None, last: To = None, day: Day = None, only: Streams = None, json: Json = False
) -> None:
    """Pull streams and land them. One that fails does not stop the others (exit code 4); one
    that is not granted is left out, and asked for again weekly or when it is named."""
    _logging()
    at = settings()
    pulled = _pull(at, *window_of(first, last, day, at), only or [], json)
    if json:
        output.show_json(_pull_json(pulled))
    else:
        _show_pulled(pulled, asked_by_name=bool(only))
    _leave(pulled)


def build(full_refresh: Full = False, json: Json = False) -> None:
    """Load what landed and bring the candidate up to date with dbt."""
    _logging()
    with output.progress("build", quiet=json) as step:
        report = stages.build(settings(), full_refresh=full_refresh, progress=step)
    if json:
        output.show_json(report)
    else:
        _show_build(report)


def audit(json: Json = False) -> None:
    """Judge the candidate; exit code 7 when a critical finding forbids publishing."""
    _logging()
    with output.progress("audit", quiet=json) as step:
        report = stages.audit(settings(), step)
    if json:
        output.show_json(report)
    else:
        _show_audit(report)
    if report.verdict == "fail":
        raise typer.Exit(7)


def publish(json: Json = False) -> None:
    """Publish the audited candidate: versioned file, atomic swap."""
    _logging()
    report = stages.publish(settings())
    if json:
        output.show_json(report)
    else:
        _show_publish(report)


def rollback(
    version: Annotated[
        str | None, typer.Argument(help="Version; the one before by default.")
    ] = None,
    why: Annotated[str, typer.Option("--reason", help="Why, for whoever reads it later.")] = "",
    by: Annotated[str | None, typer.Option("--by", help="Who; the system's user.")] = None,
    json: Json = False,
) -> None:
    """Make an earlier version the one readers see; the build left behind is held back."""
    who = by or getpass.getuser()
    report = stages.rollback(settings(), version, by=who, why=why or "no reason given")
    if json:
        output.show_json(report)
    else:
        output.out.print(f"Readers now see [bold]{report.version}[/] at {report.path}")


def upkeep(json: Json = False) -> None:
    """Drop old versions and leftovers of interrupted pulls."""
    gone = stages.upkeep(settings())
    if json:
        output.show_json(gone)
    else:
        output.out.print(
            f"Removed {len(gone['versions'])} version(s), {len(gone['landing'])} leftover(s)."
        )


def run(
    first: From = None,
    last: To = None,
    day: Day = None,
    only: Streams = None,
    full_refresh: Full = False,
    json: Json = False,
) -> None:
    """All five stages in one process, no Airflow. Publishes only days every stream covers."""
    _logging()
    at = settings()
    pulled = _pull(at, *window_of(first, last, day, at), only or [], json)
    if not json:
        _show_pulled(pulled)
    with output.progress("build", quiet=json) as step:
        built = stages.build(at, full_refresh=full_refresh, progress=step)
    if not json:
        _show_build(built)
    audited = published = None
    if built.changed or not built.published:
        with output.progress("audit", quiet=json) as step:
            audited = stages.audit(at, step)
        if not json:
            _show_audit(audited)
        published = stages.publish(at)
        if not json:
            _show_publish(published)
    if json:
        parts = {"build": built, "audit": audited, "publish": published}
        output.show_json(
            {"pull": _pull_json(pulled)} | {k: output.plain(v) for k, v in parts.items()}
        )
    _leave(pulled)


def _pull(
    at: Settings, window: Window, exact: bool, only: list[str], quiet: bool
) -> local_run.Pulled:
    for name in only:
        stream_named(name)
    with output.progress("pull", quiet=quiet) as step:
        planned = local_run.plan(at, window, exact=exact, only=only)
        return local_run.pull_all(at, planned, step)


def _leave(pulled: local_run.Pulled) -> None:
    if pulled.errors and not pulled.reports:
        raise typer.Exit(pulled.errors[0].exit_code)
    if pulled.errors:
        raise typer.Exit(PARTLY)


def _pull_json(pulled: local_run.Pulled) -> dict[str, object]:
    return {
        "reports": [output.plain(r) for r in pulled.reports],
        "errors": [_error_json(e) for e in pulled.errors],
        "not_granted": [
            access.plain(one, new=new)
            for new, found in ((True, pulled.refused), (False, pulled.waiting))
            for one in found
        ],
    }


def _error_json(error: RivageError) -> dict[str, str]:
    return {
        "error": type(error).__name__, "what": error.what, "where": error.where, "do": error.do
    }  # fmt: skip


def _show_pulled(pulled: local_run.Pulled, *, asked_by_name: bool = False) -> None:
    from rivage.cli import tell

    rows = [
        [r.stream, r.account, f"{r.rows:,}", r.days, r.unchanged, f"{r.seconds:.1f}"]
        for r in pulled.reports
    ]
    output.table(
        "pull + land",
        ["stream", "account", "rows", "days", "unchanged", "s"],
        rows,
        right={2, 3, 4, 5},
    )
    for error in pulled.errors:
        tell(error)
    for refusal in pulled.refused:
        output.err.print(f"[bold yellow]not granted[/] {access.sentence(refusal)}", soft_wrap=True)
        output.err.print(f"  answer {refusal.what}", soft_wrap=True, markup=False)
    if asked_by_name:
        for refusal in pulled.waiting:
            output.err.print(access.sentence(refusal), soft_wrap=True, markup=False)
    elif known := access.summary(pulled.waiting):
        output.err.print(known, soft_wrap=True, markup=False)


def _show_build(report: BuildReport) -> None:
    what = (
        f"{report.models} models, {report.windows} changed windows"
        if report.changed
        else ("nothing new landed")
    )
    full = ", full refresh" if report.full_refresh else ""
    output.out.print(
        f"[bold]build[/]    {what}{full}; days up to {report.horizon} ({report.seconds:.1f} s)"
    )
    for one in report.stale:
        told = f"{one['stream']} of {one['account']} is behind: ends {one['covered_to']}"
        output.out.print(f"         [yellow]{told}[/]")


def _show_audit(report: AuditReport) -> None:
    colour = {"pass": "green", "warn": "yellow", "fail": "red"}[report.verdict]
    output.out.print(
        f"[bold]audit[/]    [{colour}]{report.verdict}[/]: {report.checks} checks, "
        f"{len(report.findings)} findings ({report.seconds:.1f} s)"
    )
    for finding in report.findings[:10]:
        output.out.print(f"         {finding['sentence']}", soft_wrap=True)
    if report.verdict == "fail":
        output.out.print(f"         nothing was published; read {report.document}", soft_wrap=True)


def _show_publish(report: PublishReport) -> None:
    what = "published" if report.new else "already published"
    output.out.print(f"[bold]publish[/]  {what} {report.version} -> {report.path}", soft_wrap=True)


def _logging() -> None:
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
