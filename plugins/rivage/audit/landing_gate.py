"""The landing gate: the newest pulls against those before them, read from manifests alone.

Fields and types are `drifted`; here are numbers of rows, streams that stopped and days left
out. One finding per stream and rule, of all accounts that break it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from rivage.audit.findings import Finding, Severity
from rivage.audit.landing_gaps import Still, holes, not_pulled, stands_still
from rivage.audit.landing_volume import Odd, odd_windows
from rivage.landing.recent import Recent, recent
from rivage.landing.store import Store
from rivage.streams.model import Snapshot, Stream

MOST_SAMPLES = 5


def at_landing(
    store: Store,
    streams: Iterable[Stream],
    ignored: Collection[str] = (),
    closed: Collection[tuple[str, str]] = (),
) -> list[Finding]:
    """What the manifests tell against the newest pulls.

    Args:
        ignored: accounts that ended for good; nothing more is expected of them.
        closed: streams and accounts that are not read any more.
    """
    everything = [
        one
        for stream in streams
        for one in recent(store, stream)
        if one.account_id not in ignored and (stream.name, one.account_id) not in closed
    ]
    by_stream: dict[str, list[Recent]] = {}
    for one in everything:
        by_stream.setdefault(one.stream.name, []).append(one)
    late: dict[str, list[dict[str, Any]]] = {}
    for one, at, behind in not_pulled(everything):
        hours = behind.total_seconds() / 3600
        late.setdefault(one.stream.name, []).append(
            {"account_id": one.account_id, "last_pulled_at": at.isoformat(), "hours": round(hours)}
        )
    found: list[Finding | None] = []
    for name, accounts in by_stream.items():
        stream = accounts[0].stream
        odd = [each for one in accounts for each in odd_windows(one)]
        found += [
            _volume(stream, [each for each in odd if each.is_few]),
            _volume(stream, [each for each in odd if not each.is_few]),
            _still(stream, [still for one in accounts if (still := stands_still(one))]),
            _not_pulled(stream, late.get(name, [])),
            _holes(stream, {one.account_id: holes(one) for one in accounts}),
        ]
    return [finding for finding in found if finding]


def _volume(stream: Stream, odd: list[Odd]) -> Finding | None:
    if not odd:
        return None
    odd.sort(key=lambda each: (-each.distance, each.account_id, each.day))
    worst, of_list = odd[0], isinstance(stream.window, Snapshot)
    what = "a list" if of_list else "a day"
    like = "the lists before it" if of_list else "the same weekday before it"
    side, amount = ("few", "fewer") if worst.is_few else ("many", "more")
    # Rows sent twice are taken once; rows that never came are money and orders left out.
    is_dire = worst.is_few and stream.required and 2 * worst.rows < worst.low
    return _finding(
        stream,
        rule=f"{what} does not bring far {amount} rows than {like}",
        severity="critical" if is_dire else "warning",
        observed=f"{worst.rows} rows for {worst.day} (account {worst.account_id})",
        expected=f"{worst.low:.0f} to {worst.high:.0f} rows, by {like}",
        runbook=f"landing.md#{'a-list' if of_list else 'a-day'}-brought-far-too-{side}-rows",
        value=float(worst.rows),
        usual=(round(worst.low, 1), round(worst.high, 1)),
        sample=[
            {"account_id": o.account_id, "day": str(o.day), "rows": o.rows,
             "usual": f"{o.low:.0f} to {o.high:.0f}"} for o in odd
        ],
        where=[_day(o.day, o.rows) for o in odd],
    )  # fmt: skip


def _still(stream: Stream, still: list[Still]) -> Finding | None:
    if not still:
        return None
    worst = max(still, key=lambda one: (one.windows, one.account_id))
    told = "lists were all the same" if isinstance(stream.window, Snapshot) else "days were empty"
    before = f"at most {worst.longest} such in a row before"
    return _finding(
        stream,
        rule="the newest pulls bring something new",
        severity="critical" if stream.required else "warning",
        observed=f"the last {worst.windows} {told}, since {worst.since} "
        f"(account {worst.account_id})",
        expected=before,
        runbook="landing.md#the-newest-data-does-not-move",
        value=float(worst.windows),
        usual=(0.0, float(worst.longest)),
        sample=[
            {"account_id": one.account_id, "since": str(one.since), "windows": one.windows}
            for one in still
        ],
        where=[{"column": "account_id", "value": s.account_id, "rows": s.windows} for s in still],
    )


def _not_pulled(stream: Stream, late: list[dict[str, Any]]) -> Finding | None:
    if not late:
        return None
    worst = max(late, key=lambda one: (one["hours"], one["account_id"]))
    return _finding(
        stream,
        rule="a stream is pulled as often as the others",
        severity="warning",
        observed=f"last pulled at {worst['last_pulled_at']}, {worst['hours']} h before the newest "
        f"pull (account {worst['account_id']})",
        expected="at most 36 h before it",
        runbook="landing.md#a-stream-was-not-pulled",
        value=float(worst["hours"]),
        usual=(0.0, 36.0),
        sample=late,
        where=[{"column": "account_id", "value": one["account_id"], "rows": None} for one in late],
    )


def _holes(stream: Stream, missing: dict[str, list[Any]]) -> Finding | None:
    days = [(account, day) for account, found in sorted(missing.items()) for day in found]
    if not days:
        return None
    account, first = days[0]
    return _finding(
        stream,
        rule="no day is missing between the first and the last landed one",
        severity="critical" if stream.required else "warning",
        observed=f"{len(days)} missing, the first {first} (account {account})",
        expected="every day",
        runbook="landing.md#a-day-is-missing",
        value=float(len(days)),
        usual=(0.0, 0.0),
        sample=[{"account_id": account, "day": str(day)} for account, day in days],
        where=[_day(day, None) for _, day in days],
    )


def _day(day: Any, rows: int | None) -> dict[str, Any]:
    return {"column": "day", "value": str(day), "rows": rows}


def _finding(
    stream: Stream,
    *,
    rule: str,
    severity: Severity,
    observed: str,
    expected: str,
    runbook: str,
    value: float,
    usual: tuple[float, float],
    sample: Sequence[dict[str, Any]],
    where: Sequence[dict[str, Any]],
) -> Finding:
    return Finding(
        table=stream.name, rule=rule, severity=severity, column=None, observed=observed,
        expected=expected, rows=None, checked=None, owner="data", runbook=runbook,
        sample=list(sample[:MOST_SAMPLES]), gate="landing", value=value, usual=usual,
        where=list(where[:MOST_SAMPLES]),
    )  # fmt: skip
