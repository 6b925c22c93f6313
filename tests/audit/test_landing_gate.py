"""The landing gate: rows, silence and left-out days are told from manifests alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rivage.audit.findings import Finding
from rivage.audit.landing_gaps import holes, not_pulled, stands_still
from rivage.audit.landing_gate import at_landing
from rivage.audit.landing_volume import odd_windows
from rivage.audit.rules import sections
from rivage.landing.manifest import Manifest
from rivage.landing.recent import Recent, Seen
from rivage.landing.store import Store
from rivage.streams import stream
from rivage.streams.model import Stream

ADS = stream("tiktok_ads__ad_daily")  # required, by day
ORDERS = stream("shopify__orders")  # changes
NAMES = stream("tiktok_ads__campaigns")  # a list
OPTIONAL = stream("tiktok_organic__comments")
MONDAY = date(2026, 8, 3)
T0 = datetime(2026, 9, 30, 6, tzinfo=UTC)


def brought(rows: Sequence[int], of: Stream = ADS, open_last: bool = False) -> Recent:
    """Windows of consecutive days from a Monday on, with these rows."""
    days = [MONDAY + timedelta(days=n) for n in range(len(rows))]
    windows = [
        Seen(day, count, f"{count}-{n}" if count else "0", T0)
        for n, (day, count) in enumerate(zip(days, rows, strict=True))
    ]
    if open_last:
        windows[-1] = replace(windows[-1], is_open=True)
    return Recent(of, "7", tuple(windows), frozenset(days))


def land(
    at: Path, rows: Sequence[int], of: Stream = ADS, pulled_at: datetime = T0, account: str = "7"
) -> None:
    """Manifests of consecutive days; None leaves a day out."""
    for n, count in enumerate(rows):
        day = MONDAY + timedelta(days=n)
        if count < 0:
            continue
        manifest = Manifest(
            stream=of.name, account_id=account, window_start=day, window_end=day,
            pull_id=f"{pulled_at:%Y%m%dT%H%M%S%f}Z-{n:08x}", pulled_at=pulled_at, rows=count,
            content=f"{count}-{n}", object=None, sha256=None, api_version="v", request_ids=(),
            fields=(), undeclared=(),
        )  # fmt: skip
        path = at / manifest.key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(manifest.to_json())


def told(at: Path, *streams: Stream, ignored: tuple[str, ...] = ()) -> list[Finding]:
    return at_landing(Store(at, at / "scratch"), streams or (ADS,), ignored)


# Five weeks of 20 rows a day, 40 on Sundays; the last day is a Sunday.
WEEKS = ([20] * 6 + [40]) * 5


def test_half_a_page_is_told_with_the_weekdays_own_numbers() -> None:
    # Sundays had 40: a half of that is below 40 / 1.6 = 25, though any other day has no more.
    (odd,) = odd_windows(brought([*WEEKS[:-1], 20]))
    assert (odd.day, odd.rows, odd.is_few) == (date(2026, 9, 6), 20, True)
    assert (odd.low, odd.high) == (pytest.approx(25), pytest.approx(64))
    assert odd_windows(brought(WEEKS)) == []


def test_rows_sent_twice_are_told() -> None:
    (odd,) = odd_windows(brought([*WEEKS[:-1], 80]))
    assert not odd.is_few


def test_a_day_that_also_holds_later_changes_may_be_full_but_not_empty() -> None:
    assert odd_windows(brought([*WEEKS[:-1], 200], ORDERS, open_last=True)) == []
    assert len(odd_windows(brought([*WEEKS[:-1], 15], ORDERS, open_last=True))) == 1


def test_what_is_noisy_by_nature_is_held_wider() -> None:
    # Days between 10 and 40 without order: half of the usual is nothing special.
    noisy = [10, 40, 20, 30, 15, 25, 35, 30, 12, 33, 18, 40, 10, 22] * 3
    assert odd_windows(brought([*noisy[:-1], 9])) == []


def test_independent_events_may_agree_by_luck_for_some_weeks() -> None:
    # A shop with 29 orders a day: four like weekdays of 22 to 35 don't say that 16 is few.
    orders = [22, 21, 28, 24, 27, 22, 31, 28, 23, 35, 28, 24, 31, 33, 26, 17, 31, 29, 22, 38, 35,
              28, 37, 57, 33, 29, 31, 16]  # fmt: skip
    assert odd_windows(brought(orders)) == []
    assert len(odd_windows(brought([*orders[:-1], 3]))) == 1


def test_few_rows_and_a_short_past_say_nothing() -> None:
    assert odd_windows(brought([5] * 34 + [1])) == []
    assert odd_windows(brought([20] * 14 + [2])) == []


def test_a_list_that_lost_a_page_is_told() -> None:
    (odd,) = odd_windows(brought([100, 101, 102, 103, 104, 50], NAMES))
    assert odd.rows == 50


def test_a_list_that_gets_shorter_every_day_lost_no_page() -> None:
    # Posts of a challenge that is over; each is held against the one before it.
    fading = [52, 52, 52, 52, 52, 52, 52, 52, 48, 45, 42, 39, 33, 27, 24, 20, 16]
    assert odd_windows(brought(fading, NAMES)) == []
    (odd,) = odd_windows(brought([*fading, 2], NAMES))
    assert odd.rows == 2


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=60), st.booleans())
def test_no_history_breaks_the_gate_and_the_same_rows_are_never_odd(
    rows: list[int], is_list: bool
) -> None:
    of = NAMES if is_list else ADS
    odd_windows(brought(rows, of))
    stands_still(brought(rows, of))
    assert odd_windows(brought([rows[0]] * 40, of)) == []


def test_an_empty_newest_day_is_silence_where_there_never_was_one() -> None:
    still = stands_still(brought([1] * 20 + [0]))
    assert still is not None
    assert (still.since, still.windows, still.longest) == (MONDAY + timedelta(days=20), 1, 0)
    # Nothing on weekends by nature: four days are not more than twice as long as two, five are.
    week = [1] * 5 + [0] * 2
    assert stands_still(brought([*week * 4, 1, 0, 0, 0, 0])) is None
    assert stands_still(brought([*week * 4, 1, 0, 0, 0, 0, 0])) is not None


def test_what_is_rare_may_be_silent_for_some_days_by_chance() -> None:
    # Cancellations of a small shop: none on 14 of 35 days, never three days in a row.
    days = [0, 0, 1, 0, 2, 0, 1, 1, 1, 1, 0, 2, 1, 0, 0, 1, 0, 1, 2, 0, 1, 0, 0, 1, 1, 0, 0, 1, 1,
            2, 0, 1, 2, 1, 2]  # fmt: skip
    assert stands_still(brought([*days, 0, 0, 0, 0, 0])) is None
    assert stands_still(brought([*days, 0, 0, 0, 0, 0, 0, 0])) is not None


def test_a_list_that_ran_dry_is_no_silence_and_one_that_broke_off_is() -> None:
    fading = [52, 51, 50, 49, 48, 47, 46, 45, 44, 43, 42, 39, 33, 27, 24, 20, 16, 7, 4]
    assert stands_still(brought([*fading, 0, 0, 0], NAMES)) is None
    assert stands_still(brought([*fading[:-3], 0, 0, 0], NAMES)) is not None


def test_a_list_that_always_changed_and_stopped_is_silence() -> None:
    moving = brought(range(20), NAMES)
    stuck = replace(moving.windows[-1], day=MONDAY + timedelta(days=20))
    again = replace(stuck, day=MONDAY + timedelta(days=21))
    assert stands_still(moving) is None
    assert stands_still(replace(moving, windows=(*moving.windows, stuck))) is None
    assert stands_still(replace(moving, windows=(*moving.windows, stuck, again))) is not None


def test_only_a_stream_left_behind_by_others_was_not_pulled() -> None:
    late = replace(brought([1, 1]), account_id="8")
    ahead = brought([1], ORDERS)
    at = T0 + timedelta(hours=37)
    ahead = replace(ahead, windows=(replace(ahead.windows[0], pulled_at=at),))
    ((one, _, behind),) = not_pulled([late, ahead])
    assert (one.account_id, behind) == ("8", timedelta(hours=37))
    assert not_pulled([late]) == []


def test_a_hole_is_a_day_between_landed_ones() -> None:
    whole = brought([1] * 10)
    assert holes(whole) == []
    gone = MONDAY + timedelta(days=4)
    assert holes(replace(whole, days=whole.days - {gone})) == [gone]
    assert holes(replace(brought([1] * 9, NAMES), days=whole.days - {gone})) == []


def test_each_rule_gives_one_finding_per_stream_with_its_numbers(tmp_path: Path) -> None:
    land(tmp_path, [*WEEKS[:-1], 4])
    land(tmp_path, [*WEEKS[:-1], 19], account="8")
    (found,) = told(tmp_path)
    # 4 is less than half of 25, the lowest usual number, of a stream that marts wait for.
    assert (found.severity, found.gate, found.table) == ("critical", "landing", ADS.name)
    assert (found.value, found.usual) == (4.0, (25.0, 64.0))
    assert [row["account_id"] for row in found.sample] == ["7", "8"]
    assert found.where[0] == {"column": "day", "value": "2026-09-06", "rows": 4}


def test_a_stream_that_no_mart_waits_for_only_warns(tmp_path: Path) -> None:
    land(tmp_path, [20] * 10 + [-1] + [20] * 9, OPTIONAL)
    land(tmp_path, [20] * 10 + [-1] + [20] * 9, ADS)
    found = {finding.table: finding.severity for finding in told(tmp_path, ADS, OPTIONAL)}
    assert found == {ADS.name: "critical", OPTIONAL.name: "warning"}


def test_an_account_that_ended_for_good_is_not_waited_for(tmp_path: Path) -> None:
    land(tmp_path, [20] * 30)
    land(tmp_path, [20] * 20, pulled_at=T0 - timedelta(days=9), account="8")
    (found,) = told(tmp_path)
    assert found.rule == "a stream is pulled as often as the others"
    assert told(tmp_path, ignored=("8",)) == []


def test_a_later_pull_mends_the_finding(tmp_path: Path) -> None:
    land(tmp_path, [*WEEKS[:-1], 4])
    land(tmp_path, WEEKS, pulled_at=T0 + timedelta(hours=1))
    assert told(tmp_path) == []


def test_every_rule_names_a_section_of_the_runbook(tmp_path: Path) -> None:
    land(tmp_path, [*[20] * 20, -1, *[20] * 13, 4])
    land(tmp_path, [*WEEKS[:-2], 99, 40], ORDERS)
    land(tmp_path, [*WEEKS[:-1], 0], OPTIONAL, T0 - timedelta(days=3))
    land(tmp_path, [100, 101, 102, 103, 104, 30], NAMES)
    found = told(tmp_path, ADS, ORDERS, OPTIONAL, NAMES)
    assert len({finding.rule for finding in found}) == 6
    for finding in found:
        page, _, anchor = finding.runbook.partition("#")
        assert anchor in sections(page), finding.runbook
