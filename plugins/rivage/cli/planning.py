"""What a pull would cost: windows, calls, share of quotas, time. Nothing is pulled."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import typer

from rivage import local_run
from rivage.cli import output
from rivage.cli.pulling import Day, From, Json, Streams, To, window_of
from rivage.cost import Cost, costs
from rivage.errors import RivageError
from rivage.settings import Settings, settings
from rivage.windows import Window

_GA4_TOKENS, _GA4_HOUR = 10, 14_000
"""Tokens that an ordinary report takes, and what a project may take of a property an hour."""


def add_to(app: typer.Typer) -> None:
    """Register the verb."""
    app.command()(plan)


def plan(
    first: From = None, last: To = None, day: Day = None, only: Streams = None, json: Json = False
) -> None:
    """Windows, calls, quota and time of a pull, before it. Only lists the accounts."""
    at = settings()
    rows, apis, errors = estimate(at, *window_of(first, last, day, at), only or [])
    if json:
        output.show_json({"pulls": rows, "apis": apis, "errors": [str(e) for e in errors]})
    else:
        _show(rows, apis)
        for error in errors:
            output.err.print(str(error), style="red", soft_wrap=True)
    if errors:
        raise typer.Exit(errors[0].exit_code)


def estimate(
    at: Settings, window: Window, exact: bool, only: Sequence[str] = ()
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[RivageError]]:
    """Every pull, the totals by API, and the errors of sources that list no accounts."""
    planned = local_run.plan(at, window, exact=exact, only=only)
    jobs = planned.jobs
    errors = planned.errors + [error for _, error in planned.refused]
    found = costs(at, [(job.stream, job.account.id, job.window) for job in jobs])
    rows = [_row(job, cost) for job, cost in zip(jobs, found, strict=True)]
    return rows, _totals(rows), errors


def _row(job: local_run.Job, cost: Cost) -> dict[str, Any]:
    """One pull. `calls_expected` is None before the first pull of this stream and account."""
    return {
        "stream": job.stream.name, "connector": job.stream.connector, "account": job.account.id,
        "name": job.account.name, "window": str(job.window), "days": job.window.days,
        "requests_at_least": cost.at_least, "calls_expected": cost.expected,
        "seconds": round(cost.seconds, 1),
    }  # fmt: skip


def _totals(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Per connector: calls, seconds at its rate, and what that is of its quota."""
    grouped: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        grouped[row["connector"]].append(row)
    return [
        {
            "connector": name,
            "calls": (calls := sum(r["calls_expected"] or r["requests_at_least"] for r in same)),
            "seconds": round(sum(r["seconds"] for r in same), 1),
            "quota": _quota(name, calls),
        }
        for name, same in grouped.items()
    ]


def _quota(connector: str, calls: int) -> str:
    if connector == "ga4":
        tokens = calls * _GA4_TOKENS
        share = tokens / _GA4_HOUR
        return f"about {tokens:,} tokens, {share:.1%} of the {_GA4_HOUR:,} an hour"
    return {
        "shopify": "by cost: up to 1,000 points a query, 100 a second come back",
        "tiktok_ads": "per second and app; shared with TikTok One",
        "tiktok_shop": "dynamic and unpublished",
        "matomo": "the cloud allows 200 calls a minute",
    }.get(connector, "")


def _show(rows: list[dict[str, Any]], apis: list[dict[str, Any]]) -> None:
    output.table(
        "plan",
        ["stream", "account", "window", "days", "calls >=", "calls expected", "s"],
        [
            [
                r["stream"], r["name"], r["window"], r["days"], r["requests_at_least"],
                r["calls_expected"], r["seconds"],
            ]
            for r in rows
        ],
        right={3, 4, 5, 6},
    )  # fmt: skip
    show_totals(apis)


def show_totals(apis: list[dict[str, Any]]) -> None:
    """One line per API."""
    output.table(
        "by API, at the rate of its budget; reading and landing come on top",
        ["connector", "calls", "minutes", "quota"],
        [[a["connector"], a["calls"], f"{a['seconds'] / 60:.1f}", a["quota"]] for a in apis],
        right={1, 2},
    )
