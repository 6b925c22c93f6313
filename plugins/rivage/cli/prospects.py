"""The end of `rivage init`: what the sources answer, what a first load takes, what to type."""

from __future__ import annotations

import os
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from rich.markup import escape

from rivage.cli import output
from rivage.cli.planning import estimate, show_totals
from rivage.connectors.base import CheckStep
from rivage.connectors.redaction import redact
from rivage.connectors.settings_of import SALT, SOURCES
from rivage.errors import RivageError
from rivage.setup.draft import Draft
from rivage.setup.outlook import outlook
from rivage.windows import Window, today_in

FIRST_DAYS = 30
"""Days of a first load that is estimated: a month, to see something soon."""


def of(draft: Draft, *, check: bool) -> dict[str, Any]:
    """Everything there is to say, as JSON types.

    Args:
        check: the sources may be called, to list their accounts.
    """
    at = draft.settings
    chosen = draft.now_configured()
    yesterday = today_in(at.reporting_timezone, datetime.now(UTC)) - timedelta(days=1)
    window = Window(yesterday - timedelta(days=FIRST_DAYS - 1), yesterday)
    apis: list[dict[str, Any]] = []
    errors: list[str] = []
    if check and draft.sources:
        try:
            _, apis, refused = estimate(at, window, True)
        except RivageError as error:  # .env is written; the rest is still worth saying
            refused = [error]
        errors = [redact(str(error)) for error in refused]
    marts = [asdict(one) for one in outlook(chosen)]
    return {
        "written": str(draft.path),
        "sources": chosen,
        "salt": "made" if SALT in draft.new else "kept",
        "environment_wins": draft.overruled(),
        "answered": [one for one in marts if not one["missing"]],
        "open": [one for one in marts if one["missing"]],
        "first_load": {"from": str(window.start), "to": str(window.end), "apis": apis,
                       "errors": errors},
        "next": f"{called()} run --from {window.start} --to {window.end}",
    }  # fmt: skip


def called() -> str:
    """How this program was called, so that the next command can be typed as it is."""
    given = Path(sys.argv[0])
    if given.name != "rivage":
        return "python -m rivage"
    relative = os.path.relpath(given)
    return "rivage" if relative.startswith("..") else relative


def show_step(source: str, step: CheckStep) -> None:
    """One step of a connection test, as it happens."""
    mark = "[green]ok[/]    " if step.ok else "[red]failed[/]"
    output.out.print(
        f"  {mark} {SOURCES[source].title}, {step.name}: {escape(step.detail)}", soft_wrap=True
    )


def show(result: dict[str, Any]) -> None:
    """Print what `of` found."""
    salt = "A new privacy salt is in it: keep it" if result["salt"] == "made" else "Its salt stays"
    output.out.print(
        f"\n[bold]{result['written']}[/] is written, readable by you alone. {salt}; hashes of "
        "people match only as long as it is the same.",
        soft_wrap=True,
    )
    for name in result["environment_wins"]:
        output.err.print(
            f"{name} is also set in the environment, to something else, and that wins.",
            style="yellow",
            soft_wrap=True,
        )
    answered, waiting = result["answered"], result["open"]
    output.out.print(
        f"\n[bold]{len(answered)} of {len(answered) + len(waiting)} questions can be answered[/]"
    )
    _show_marts(answered)
    by_missing: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for one in waiting:
        by_missing[" and ".join(_titles(g, " or ") for g in one["missing"])].append(one)
    for missing, marts in sorted(by_missing.items(), key=lambda each: -len(each[1])):
        output.out.print(f"\n[bold]open until there is {missing}[/]", soft_wrap=True)
        _show_marts(marts)
    load = result["first_load"]
    if load["apis"]:
        output.out.print(
            f"\n[bold]first load[/], {load['from']} to {load['to']}: at least "
            f"{sum(api['calls'] for api in load['apis']):,} calls, "
            f"{max(api['seconds'] for api in load['apis']) / 60:.1f} minutes or more."
        )
        show_totals(load["apis"])
    for error in load["errors"]:
        output.err.print(error, style="red", soft_wrap=True, markup=False)
    output.out.print("\nNext, with days of your choice:", soft_wrap=True)
    output.out.print(f"  [bold]{escape(result['next'])}[/]", soft_wrap=True)


def _show_marts(marts: list[dict[str, Any]]) -> None:
    for one in marts:
        more = f" More with {_titles(one['more'], ', ')}." if one["more"] else ""
        output.out.print(
            f"  [cyan]{one['mart']}[/]  {escape(one['question'])}[dim]{more}[/]", soft_wrap=True,
            highlight=False,
        )  # fmt: skip


def _titles(names: Sequence[str], between: str) -> str:
    return between.join(SOURCES[name].title for name in names)
