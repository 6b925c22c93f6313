"""What the pages say, from homes written by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from rivage.desk import audits, coverage, oncall, runbooks, tables, words
from rivage.desk.filters import Filters
from rivage.desk.findings import named
from rivage.desk.links import Links
from rivage.desk.pages import Pages, Viewer
from rivage.desk.today import today
from rivage.desk.trend import trend
from rivage.desk.versions import compare, versions
from rivage.incidents import decisions, log
from rivage.landing import refusals
from rivage.landing.refusals import Refusal
from rivage.landing.store import Store
from rivage.publish.versions import file_of, point_at
from rivage.settings import Settings
from tests.desk.made_up import (
    FIRST,
    NOW,
    SECOND,
    audit,
    check,
    finding,
    held_home,
    land,
    publish,
)  # fmt: skip

HOUR = timedelta(hours=1)


@pytest.fixture
def held(tmp_path: Path) -> Settings:
    return held_home(tmp_path)


def seen(settings: Settings, now: datetime = NOW) -> Pages:
    return Pages(settings, now, Links("/rivage/desk"), Viewer("oncall", may_act=True))


def strip(settings: Settings) -> tuple[str, str]:
    shown = today(seen(settings).known).strip
    return shown.state, shown.consequence


def test_a_hold_says_what_bi_still_shows_and_how_old_it_is(held: Settings) -> None:
    assert strip(held) == (
        "hold",
        "Nothing was published; BI still shows the version of 30 Sep 05:00 UTC, 25 h old, "
        "with days through 29 Sep 2026.",
    )


def test_the_verdict_follows_waivers_publishing_and_rollback(held: Settings) -> None:
    decisions.waive(held, finding().fingerprint, "oncall", "known", date(2026, 10, 3), NOW)
    assert strip(held)[0] == "waiting"
    publish(held, "marts_20261001T053000Z_c3", [(date(2026, 9, 30), 1, 1.0)])
    assert strip(held)[0] == "publish"
    point_at(held, SECOND, ["c3"])
    assert strip(held)[0] == "back"


def test_an_empty_home_has_pages_too(tmp_path: Path) -> None:
    pages = seen(Settings(home=tmp_path))
    drawn = [pages.today(), pages.waivers(), pages.versions(), pages.incidents({})]
    drawn += [pages.tables({}), pages.coverage({}), pages.runbooks()]
    assert all("<main" in html for html in drawn)
    assert pages.finding("0" * 12) is None
    assert pages.version(FIRST) is None


def test_the_first_page_has_rule_sample_runbook_and_actions(held: Settings) -> None:
    html = seen(held).today()
    for text in ("spend is not negative", "3 rows below 0", "3 of 1,200 (0.2 %)", "-4.20"):
        assert text in html
    assert "/rivage/desk/runbooks/any_mart#a-count-or-amount-is-negative" in html
    for what in ("acknowledge", "snooze", "waive", "resolve", "comment"):
        assert f'formaction="/rivage/desk/findings/{finding().fingerprint}/{what}"' in html


def test_a_viewer_and_a_copy_are_offered_nothing_to_do(held: Settings) -> None:
    looking = Pages(held, NOW, Links("/rivage/desk"), Viewer("viewer"))
    for html in (looking.today(), looking.version(FIRST), Pages(held, NOW, Links()).today()):
        assert html is not None
        assert '<form class="decide"' not in html


def test_a_trend_tells_values_usual_range_and_breaks(held: Settings) -> None:
    rule = finding()
    audit(held, NOW, "d4", [rule], [check(rule, 5.0, False, usual=[0, 2])])
    course = trend(audits.recent(held), rule.fingerprint)
    assert course is not None
    assert [(p.value, p.passed) for p in course.points] == [(0, True), (3, False), (5, False)]
    assert course.told == (
        "3 audits from 30 Sep 06:00 to 1 Oct 06:00: lowest 0, highest 5, now 5; usual 0 to 2; "
        "broken in 2."
    )
    # 5 is drawn above 3, and 3 above 0; one band around the one audit that knew a range.
    assert course.points[2].y < course.points[1].y < course.points[0].y
    assert len(course.bands) == 1


def test_documents_from_before_checks_were_listed_still_draw(tmp_path: Path) -> None:
    settings, rule = Settings(home=tmp_path), finding()
    for place, rows in enumerate((2, 4)):
        old = replace(rule, rows=rows, value=None, usual=None)
        audit(settings, NOW - (2 - place) * HOUR, f"b{place}", [old])
    runs = audits.recent(settings)
    course = trend(runs, rule.fingerprint)
    assert course is not None
    assert [point.value for point in course.points] == [2, 4]
    by_name = {table.name: table for table in tables.tables(runs, frozenset())}
    assert by_name["kpi_ads_daily"].told == "last 2 audits: 2 fail"
    assert by_name["kpi_video_daily"].outcome == "pass"
    assert by_name["kpi_video_daily"].checks is None


def test_a_table_is_as_its_worst_finding_and_a_waiver_makes_it_a_warning(held: Settings) -> None:
    runs = audits.recent(held)
    first = tables.tables(runs, frozenset())[0]
    assert (first.name, first.outcome, first.checks) == ("kpi_ads_daily", "fail", 1)
    assert [beat.outcome for beat in first.strip] == ["pass", "fail"]
    assert tables.tables(runs, frozenset({finding().fingerprint}))[0].outcome == "warn"


def test_strips_go_back_thirty_audits(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    for hour in range(33):
        audit(settings, NOW - (33 - hour) * HOUR, f"b{hour:02}")
    assert {len(t.strip) for t in tables.tables(audits.recent(settings), frozenset())} == {30}


def test_incidents_are_sorted_and_narrowed(held: Settings) -> None:
    late = finding("stream is fresh", severity="warning", table="ops_freshness", owner="data")
    audit(held, NOW - HOUR / 2, "c3", [finding(), late])
    decisions.acknowledge(held, finding().fingerprint, "oncall", "", NOW)
    read = oncall.OnCall.read(held)
    assert [one.state for one in oncall.listed(read, NOW)] == ["open", "acknowledged"]
    only = oncall.listed(read, NOW, Filters(severity="critical", owner="performance"))
    assert [one.incident.table for one in only] == ["kpi_ads_daily"]
    assert oncall.listed(read, NOW, Filters(state="waived")) == []


def test_the_log_remembers_what_the_documents_no_longer_say(held: Settings) -> None:
    for path in held.audits.glob("*_*.json"):
        path.unlink()
    card = named(finding().fingerprint, seen(held).known)
    assert card is not None
    assert (card.finding.rule, card.state, card.is_current) == (
        "spend is not negative",
        "open",
        False,
    )
    assert "only the log remembers it" in (seen(held).finding(finding().fingerprint) or "")


def test_a_late_stream_in_the_same_run_is_named_as_a_probable_cause(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    late = {"stream": "tiktok_ads__ad_daily", "account": "7001", "covered_to": "2026-09-28"}
    other = late | {"stream": "shopify__orders"}
    audit(settings, NOW, "b1", [finding()], stale=[late, other])
    card = named(finding().fingerprint, seen(settings).known)
    assert card is not None
    assert card.causes == ("tiktok_ads__ad_daily of 7001 is behind: it ends 2026-09-28.",)
    assert card.causes[0] in seen(settings).today()


def test_waivers_count_their_days_today_included(held: Settings) -> None:
    decisions.waive(held, finding().fingerprint, "oncall", "known", date(2026, 10, 3), NOW)
    (given,) = oncall.given(held, date(2026, 10, 1))
    assert given.days_left == 3
    (over,) = oncall.given(held, date(2026, 10, 4))
    assert over.days_left == 0
    assert "over" in seen(held, NOW + timedelta(days=3)).waivers()


def test_a_version_tells_rows_schema_and_corrected_totals(held: Settings) -> None:
    third = "marts_20261001T050000Z_c3"
    rows = [(date(2026, 9, 28), 11, 110.5), (date(2026, 9, 29), 13, 120.0)]
    publish(held, third, rows, extra=", note varchar")
    known = {one.release.version: one for one in versions(held)}
    assert [known[v].is_live for v in (FIRST, SECOND, third)] == [False, False, True]
    second = known[SECOND]
    assert second.before is not None
    found = compare(held, second.before, second.release)
    # Only 28 September is in both: orders 10 -> 11, net revenue 100 -> 110.50.
    assert found is not None
    assert found.closed_to == date(2026, 9, 28)
    (change,) = found.changed
    assert (change.rows_before, change.rows_after, change.columns) == (1, 2, ())
    totals = {total.metric: (total.before, total.after) for total in change.totals}
    assert totals["orders"] == (10, 11)
    assert totals["net_revenue"] == (100, pytest.approx(110.5))
    last = compare(held, second.release, known[third].release)
    assert last is not None
    assert last.changed[0].columns == ("note is new (VARCHAR)",)
    assert {t.metric: (t.before, t.after) for t in last.changed[0].totals} == {"orders": (23, 24)}


def test_a_retired_file_leaves_counts(held: Settings) -> None:
    file_of(held, FIRST).unlink()
    html = seen(held).version(SECOND) or ""
    assert "only the counts are kept" in html
    assert "rollback" not in (seen(held).version(FIRST) or "")


def test_coverage_shows_gaps_of_what_was_owed(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    days = [date(2026, 9, day) for day in (24, 25, 28, 30)]
    land(settings, "tiktok_ads__ad_daily", "7001", days)
    land(settings, "tiktok_ads__campaigns", "7001", [date(2026, 9, 24), date(2026, 9, 30)])
    shown = coverage.calendar(settings, NOW)
    rows = {row.stream: row for _, held in shown.sources for row in held}
    ads = rows["tiktok_ads__ad_daily"]
    assert ads.cells[-7:] == "LLGGLGL"
    assert ads.gaps == ("26 Sep to 27 Sep", "29 Sep")
    # A snapshot that was not taken can't be owed: it has no past.
    assert rows["tiktok_ads__campaigns"].gaps == ()
    assert shown.gaps == 3
    assert "absent: 26 Sep to 27 Sep, 29 Sep" in seen(settings).coverage({})


def test_coverage_shows_what_is_not_granted_and_where_to_ask(tmp_path: Path) -> None:
    settings, name = Settings(home=tmp_path), "tiktok_shop__shop_daily"
    land(settings, "tiktok_ads__ad_daily", "7001", [date(2026, 9, day) for day in (26, 30)])
    land(settings, name, "7001", [date(2026, 9, 26), date(2026, 9, 27)])
    refused = Refusal(
        name, "7001", datetime(2026, 10, 2, 5, tzinfo=UTC), "data.shop_analytics.public.read",
        "The Shop API answered code 105005", "partner.tiktokshop.com, Manage API",
    )  # fmt: skip
    refusals.write(Store(settings.landing_url, tmp_path / "tmp"), refused)
    now = datetime(2026, 10, 3, tzinfo=UTC)
    shown = coverage.calendar(settings, now)
    rows = {row.stream: row for _, held in shown.sources for row in held}
    # Days since the last one landed are nobody's fault that a pull could mend.
    assert rows[name].gaps == ()
    assert rows["tiktok_ads__ad_daily"].gaps == ("27 Sep to 29 Sep",)
    html = seen(settings, now).coverage({})
    for part in ("Not granted", "data.shop_analytics.public.read", "partner.tiktokshop.com",
                 "code 105005", "2 Oct", "9 Oct"):  # fmt: skip
        assert part in html, part
    assert "Not granted" not in seen(settings, NOW - timedelta(days=1)).coverage({})
    assert "Not granted" not in seen(settings, now).coverage({"table": "tiktok_ads__ad_daily"})


def test_a_runbook_has_anchors_and_no_html_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "odd.md").write_text(
        "# Odd\n\n## It's off: by 100%\n\n<script>alert(1)</script> <b>bold</b>\n\n"
        "[a](javascript:alert(1)) [b](any_mart.md#the-table-is-empty) [c](../../etc/passwd)\n\n"
        "| a |\n| --- |\n| `x` |\n"
    )
    found = runbooks.runbook("odd", Links("/d"), folder=tmp_path)
    assert found is not None
    assert found.title == "Odd"
    assert found.sections == (("its-off-by-100", "It's off: by 100%"),)
    assert 'id="its-off-by-100"' in found.html
    assert "<script" not in found.html
    assert "<b>" not in found.html
    assert 'href="javascript' not in found.html
    assert 'href="/d/runbooks/any_mart#the-table-is-empty"' in found.html
    assert "<table>" in found.html


def test_every_rule_leads_to_a_section_that_the_desk_shows() -> None:
    from rivage.audit.rules import sections

    for name in runbooks.names():
        found = runbooks.runbook(name, Links())
        assert found is not None
        assert {anchor for anchor, _ in found.sections} <= sections(f"{name}.md")


def test_ages_and_numbers_read_at_a_glance() -> None:
    assert [words.age(NOW - ago, NOW) for ago in (HOUR, 26 * HOUR, 100 * HOUR)] == [
        "60 min", "26 h", "4 days",
    ]  # fmt: skip
    assert [words.number(n) for n in (None, 1234, 0.12345, 12.345, 123456.7)] == [
        "none", "1,234", "0.1235", "12.35", "123,457",
    ]  # fmt: skip
    assert (words.span(0, 2.5), words.span(0, 0)) == ("0 to 2.50", "0")
    assert words.delta(100, 110.5) == "+10.50 (+10.5%)"


def test_every_event_is_told_in_words(held: Settings) -> None:
    decisions.comment(held, finding().fingerprint, "oncall", "looked at it", NOW)
    decisions.refused(held, "viewer", "POST /versions/x/rollback", "may not", NOW)
    decisions.rolled_back(held, "oncall", "bad spend", NOW, left=SECOND, version=FIRST)
    html = seen(held).incidents({})
    assert "viewer</strong> was refused: POST /versions/x/rollback" in html
    assert f"rolled back to {FIRST}" in html
    assert "commented<q>looked at it</q>" in (seen(held).finding(finding().fingerprint) or "")
    assert len(log.read(held)) == 4
