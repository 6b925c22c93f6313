"""What a message says, in which order, and what it never says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rivage.alerts.causes import Evidence, causes
from rivage.alerts.mail import written
from rivage.alerts.masks import masked, shown
from rivage.alerts.message import READ_AT_A_GLANCE, Message, Section
from rivage.alerts.sinks import escaped, slack
from rivage.incidents.events import Event
from tests.alerts.world import START, World, finding

NEGATIVE = finding(
    usual=(0.0, 1200.0),
    where=[{"column": "report_date", "value": "2026-09-30", "rows": 12}],
    sample=[{"report_date": "2026-09-30", "ad_id": "1234567890123456789", "spend": "-4.10"}] * 7,
)


def told(world: World) -> Message:
    world.audited(0, NEGATIVE)
    return world.slack.got[0]


def test_verdict_rule_and_consequence_are_read_at_a_glance(world: World) -> None:
    # 86 + 1 + 84 characters; published 2026-09-30 04:12, the audit 26 hours later.
    verdict, consequence = told(world).text()[:READ_AT_A_GLANCE].splitlines()[:2]
    rule = "counts and amounts are not negative"
    assert verdict == f"CRITICAL kpi_ads_daily: {rule} - broken in 12 of 300 rows"
    assert consequence == (
        "Nothing was published; BI still shows the version of 2026-09-30 04:12 UTC, 26 h old."
    )


@given(rule=st.text(min_size=1, max_size=400), rows=st.integers(0, 10**12))
def test_a_long_rule_never_hides_the_consequence(rule: str, rows: int) -> None:
    from rivage.alerts.compose import of_group
    from rivage.alerts.grouping import Group
    from rivage.alerts.sections import Known
    from rivage.alerts.standing import Standing

    body = finding(rule, rows=rows, checked=10**12).as_dict()
    made = of_group(Group("t", (body,) * 40), "opened", Known(Standing(START, "fail", START)))
    assert "\n" not in made.verdict
    assert made.text().index(made.consequence) + len(made.consequence) <= READ_AT_A_GLANCE


def test_the_sections_come_in_the_order_in_which_one_decides(world: World) -> None:
    message = told(world)
    assert [section.title for section in message.sections] == [
        "Numbers", "Where", "Rows", "What to do", "Owner", "Links", "Fingerprint",
    ]  # fmt: skip
    lines = {section.title: section.lines for section in message.sections}
    assert lines["Numbers"] == (
        "observed    12 rows, the first: spend = -4.10",
        "expected    no such row",
        "usual range 0 to 1200",
        "first seen  2026-10-01 06:12 UTC",
        "times seen  1",
    )
    assert lines["Where"] == ("report_date 2026-09-30: 12 rows",)
    assert lines["Rows"] == ("report_date 2026-09-30, ad_id 1234567890123456789, spend -4.10",) * 5
    page = "kpi_ads_daily.md#a-count-or-amount-is-negative"
    assert lines["What to do"][0] == f"Runbook: expectations/runbooks/{page}"
    mark = NEGATIVE.fingerprint
    assert f"https://airflow.example/rivage/desk/findings/{mark}" in lines["Links"]
    assert lines["Fingerprint"] == (mark,)


def test_every_command_it_gives_exists(world: World) -> None:
    from typer.main import get_command

    from rivage.cli import app

    verbs = set(get_command(app).commands)  # type: ignore[attr-defined]
    code = next(s.code for s in told(world).sections if s.title == "What to do")
    named = {word.split()[1] for line in code for word in line.split(" && ")}
    assert named == {"pull", "build", "audit", "publish", "ack", "snooze", "waive"}
    assert named <= verbs


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("jo.doe+x@mail.example.fr wrote", "*** wrote"),
        ("by @some.body", "by @***"),
        ("call +33 6 12 34 56 78", "call ***"),
        ("call 06.12.34.56.78", "call ***"),
        ("from 203.0.113.7", "from ***"),
        ("2026-09-30 04:12:00+00:00", "2026-09-30 04:12:00+00:00"),
        ("2026-09-30 2026-10-01", "2026-09-30 2026-10-01"),
        ("spend 1234567890.12, share 0.123456789", "spend 1234567890.12, share 0.123456789"),
    ],
)
def test_people_are_masked_and_numbers_are_not(text: str, left: str) -> None:
    assert masked(text) == left


def test_an_id_stays_whole_or_the_row_could_not_be_found() -> None:
    assert shown("order_id", "0612345678") == "order_id 0612345678"
    assert shown("note", "0612345678") == "note ***"


EVIL = Message(
    "opened", "critical", "t", "<!channel> *x* & <http://evil|click>\r\nBcc: a@b.c",
    "<script>alert(1)</script>", ("data",), ("0123",),
    (Section("Rows", ("<img src=x>",), ("rivage ack ```",)),),
)  # fmt: skip


def test_slack_reads_text_from_data_as_text() -> None:
    text = str(slack(EVIL)["text"])
    assert "<" not in text
    assert ">" not in text
    assert "&lt;!channel&gt; *x* &amp; &lt;http://evil|click&gt;" in text
    assert text.count("```") == 2
    assert escaped("&lt;") == "&amp;lt;"


def test_a_line_break_becomes_no_header_and_a_tag_no_html() -> None:
    letter = written(EVIL, "rivage@brand.example", ("oncall@brand.example",))
    assert letter["Bcc"] is None
    assert letter["Subject"] == "<!channel> *x* & <http://evil|click> Bcc: a@b.c"
    html = letter.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert "<script>" not in html
    assert "<img" not in html
    assert "&lt;script&gt;" in html


def test_a_cause_is_named_with_its_evidence() -> None:
    money = finding("spend is never empty", sample=[{"account_currency": "SEK", "spend": "None"}])
    drift = finding("a field keeps the types it had", table="tiktok_ads__ad_daily",
                    observed="spend is changed")  # fmt: skip
    failed = Event(START, "sent", "rivage", "00", facts={
        "what": "failed", "error_class": "TokenExpired", "stream": "tiktok_ads__ad_daily",
    })  # fmt: skip
    reads = {"kpi_ads_daily": frozenset({"tiktok_ads__ad_daily", "ecb__exchange_rates"})}
    stale = [{"stream": "ecb__exchange_rates", "account": "ecb", "covered_to": "2026-09-28"},
             {"stream": "shopify__orders", "account": "s", "covered_to": "2026-09-28"}]  # fmt: skip
    known = Evidence([money.as_dict(), drift.as_dict()], stale, reads, [failed], frozenset({"EUR"}))
    assert causes(money.as_dict(), known) == (
        "The access to tiktok_ads__ad_daily is dead: TokenExpired at 2026-10-01 06:12 UTC.",
        "In the same run, tiktok_ads__ad_daily: a field keeps the types it had - broken "
        "(spend is changed).",
        "ecb__exchange_rates of ecb is behind: it ends 2026-09-28.",
        "There is no exchange rate for SEK: RIVAGE_ECB_CURRENCIES lacks it.",
    )
    assert causes(finding(table="kpi_other").as_dict(), known) == ()
