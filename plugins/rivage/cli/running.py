"""Verbs that do something: pull, build, audit, publish, rollback, run, upkeep."""

from __future__ import annotations

import getpass
import logging
from typing import Annotated

import typer

from rivage import stages
from rivage.cli import output, pulling
from rivage.cli.pulling import Again, Day, From, To, window_of
from rivage.cli.pulling import Json as Json
from rivage.cli.pulling import Streams as Streams
from rivage.reports import AuditReport, BuildReport, PublishReport
from rivage.settings import settings

Full = Annotated[bool, typer.Option("--full-refresh", help="Rebuild everything from landing.")]


def add_to(app: typer.Typer) -> None:
    """Register the verbs."""
    for verb in (pull, build, audit, publish, rollback, run, upkeep):
        app.command()(verb)


def pull(
    first: From = None,
    last: To = None,
    day: Day = None,
    only: Streams = None,
    again: Again = False,
    json: Json = False,
) -> None:
    """Pull streams and land them. One that fails does not stop the others (exit code 4); one
    that is not granted is left out, and asked for again weekly or when it is named.

    Stopped while it reads given days (exit code 130), it goes on there when it is run again.
    """
    _logging()
    at = settings()
    done = pulling.pull(at, *window_of(first, last, day, at), only or [], again=again, quiet=json)
    if json:
        output.show_json(done.json())
    else:
        done.show()
    done.finished()
    done.leave()


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
    again: Again = False,
    json: Json = False,
) -> None:
    """All five stages in one process, no Airflow. Publishes only days every stream covers.

    Stopped while it reads given days (exit code 130), it goes on there when it is run again.
    """
    _logging()
    at = settings()
    done = pulling.pull(at, *window_of(first, last, day, at), only or [], again=again, quiet=json)
    if not json:
        done.show()
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
        done.finished()  # whatever the verdict, all that was read is in the candidate
        published = stages.publish(at)
        if not json:
            _show_publish(published)
    done.finished()
    if json:
        parts = {"build": built, "audit": audited, "publish": published}
        output.show_json({"pull": done.json()} | {k: output.plain(v) for k, v in parts.items()})
    done.leave()


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
