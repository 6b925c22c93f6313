"""The visitor log: one address, two typings, shifted action times, errors with HTTP 200."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient

from sandbox.state import Sandbox
from sandbox.world import brand
from sandbox.world.customers import email_of
from sandbox.world.zones import local_date

Call = Callable[..., Any]
DAY = "2026-09-20"


@pytest.fixture
def call(client: TestClient, box: Sandbox) -> Call:
    """One call with the token in the body; the whole HTTP answer."""

    def ask(**more: str) -> Any:
        form = {
            "module": "API", "method": "Live.getLastVisitsDetails", "format": "JSON",
            "idSite": "1", "token_auth": box.credentials.matomo_token, "period": "day", "date": DAY,
        }  # fmt: skip
        return client.post("/matomo/index.php", data=form | more)

    return ask


def visits(call: Call, **more: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = call(**{"filter_limit": "5000"} | more).json()
    assert isinstance(found, list)
    return found


def test_ten_visits_come_unless_more_are_asked_for(call: Call) -> None:
    everything = visits(call)
    assert call().json() == everything[:10]
    assert 500 < len(everything) < 1_000
    pages = [
        visits(call, filter_limit="300", filter_offset=str(offset)) for offset in (0, 300, 600, 900)
    ]
    assert [visit for page in pages for visit in page] == everything
    assert len(pages[2]) < 300  # no total: a short page is the end
    assert pages[3] == []


def test_the_newest_last_action_comes_first(call: Call) -> None:
    times = [visit["lastActionTimestamp"] for visit in visits(call)]
    assert times == sorted(times, reverse=True)
    turned = [v["lastActionTimestamp"] for v in visits(call, filter_sort_order="asc")]
    assert turned == times[::-1]
    later = visits(call, minTimestamp=str(times[50]))
    assert len(later) in (51, 52)


def test_all_rows_at_once_are_too_much(call: Call, box: Sandbox) -> None:
    box.settings.matomo_most_rows = 500
    answer = call(filter_limit="-1")
    assert (answer.status_code, answer.text[:6]) == (500, "<html>")
    assert call(filter_limit="500").status_code == 200


def test_numbers_are_numbers_or_texts(call: Call, box: Sandbox) -> None:
    new = visits(call)[0]
    box.settings.matomo_typing = "string"
    old = visits(call)[0]
    assert list(new) == list(old)
    for name in ("idSite", "idVisit", "visitDuration", "actions", "visitConverted"):
        assert isinstance(new[name], int)
        assert old[name] == str(new[name])
    assert old["lastActionTimestamp"] == new["lastActionTimestamp"]  # times stay numbers
    assert isinstance(old["actionDetails"][0]["timestamp"], int)


def test_hidden_visitors_are_false(call: Call, box: Sandbox) -> None:
    box.settings.matomo_hide_visitors = True
    found = visits(call)
    assert {visit["visitorId"] for visit in found} == {False}
    assert {visit["visitIp"] for visit in found} == {False}
    assert {visit["userId"] for visit in found} == {None}


@pytest.mark.parametrize(("now", "day", "shift"), [
    ("2026-09-24T10:30:00", "2026-09-20", 7_200),
    ("2026-10-27T10:30:00", "2026-10-26", 3_600),
])  # fmt: skip
def test_action_times_are_the_sites_wall_clock(
    call: Call, box: Sandbox, now: str, day: str, shift: int
) -> None:
    box.clock.set(datetime.fromisoformat(now).replace(tzinfo=UTC))
    for visit in visits(call, date=day)[:50]:
        details = visit["actionDetails"]
        assert details[0]["timestamp"] - visit["firstActionTimestamp"] == shift
        assert details[-1]["timestamp"] - visit["lastActionTimestamp"] == shift
        assert visit["serverTimestamp"] == visit["lastActionTimestamp"]


def test_a_visit_over_the_clock_change_has_two_shifts(call: Call, box: Sandbox) -> None:
    box.clock.set(datetime(2026, 10, 27, 10, tzinfo=UTC))
    change = int(datetime(2026, 10, 25, 1, tzinfo=UTC).timestamp())
    found = visits(call, date="2026-10-25")
    shifts = {
        action["timestamp"] - anchor
        for visit in found
        for action, anchor in (
            (visit["actionDetails"][0], visit["firstActionTimestamp"]),
            (visit["actionDetails"][-1], visit["lastActionTimestamp"]),
        )
    }
    assert shifts == {7_200, 3_600}
    assert any(v["firstActionTimestamp"] < change for v in found)


def test_a_visit_grows_under_its_number(call: Call, box: Sandbox) -> None:
    (whole,) = [v for v in visits(call) if v["visitEcommerceStatus"] == "ordered"][:1]
    at = whole["firstActionTimestamp"] + whole["visitDuration"] // 2
    box.clock.set(datetime.fromtimestamp(at, tz=UTC))
    (half,) = [v for v in visits(call) if v["idVisit"] == whole["idVisit"]]
    assert half["firstActionTimestamp"] == whole["firstActionTimestamp"]
    assert half["lastActionTimestamp"] < whole["lastActionTimestamp"]
    assert half["actionDetails"] == whole["actionDetails"][: len(half["actionDetails"])]
    assert half["visitEcommerceStatus"] != "ordered"
    assert max(v["lastActionTimestamp"] for v in visits(call)) <= at


def test_midnight_opens_a_new_visit_or_moves_the_old_one(call: Call, box: Sandbox) -> None:
    days = [f"2026-09-{n:02d}" for n in range(5, 23)]

    def listed() -> dict[int, dict[str, Any]]:
        return {v["idVisit"]: v for day in days for v in visits(call, date=day)}

    split = listed()
    box.settings.matomo_new_visit_after_midnight = False
    whole = listed()
    over = [
        v for v in whole.values()
        if local_date(v["firstActionTimestamp"]) < local_date(v["lastActionTimestamp"])
    ]  # fmt: skip
    assert over
    assert len(split) == len(whole) + len(over)
    for visit in over:
        # Listed under the day of its last action, though it began the day before.
        day = str(local_date(visit["lastActionTimestamp"]))
        assert visit["idVisit"] in {v["idVisit"] for v in visits(call, date=day)}
        assert split[visit["idVisit"]]["lastActionTimestamp"] < visit["lastActionTimestamp"]


def test_a_campaign_click_opens_a_new_visit(call: Call, box: Sandbox) -> None:
    found = {v["idVisit"]: v for v in visits(call)}
    second = [v for v in found.values() if v["idVisit"] % 3 == 1 and v["idVisit"] - 1 in found]
    assert second
    for visit in second:
        before = found[visit["idVisit"] - 1]
        assert visit["visitorId"] == before["visitorId"]
        assert visit["campaignSource"] == "klaviyo"
        assert visit["firstActionTimestamp"] >= before["lastActionTimestamp"]


def test_the_tracker_sees_people_without_consent(call: Call, box: Sandbox) -> None:
    web = box.world.sessions(box.world.config.index(local_date(visits(call)[0]["serverTimestamp"])))
    people = web.journeys.people
    without = int((people.consent != brand.CONSENT_FULL).sum())
    stays = {v["idVisit"] // 3 for v in visits(call)}
    assert len(web) - without < len(stays) <= len(web)


def test_orders_are_those_of_the_shop(call: Call, client: TestClient) -> None:
    window = {"from": DAY, "to": DAY}
    truth = client.get("/_sandbox/truth/orders", params=window).json()
    total = {order["name"]: order["total_cents"] for order in truth if order["source"] == "web"}
    orders = [
        action
        for visit in visits(call)
        for action in visit["actionDetails"]
        if action["type"] == "ecommerceOrder"
    ]
    assert 0.8 * len(total) < len(orders) <= len(total)
    for order in orders:
        assert round(order["revenue"] * 100) == total[order["orderId"]]
    assert any(isinstance(order["revenue"], int) for order in orders)  # 5, not 5.00


def test_tiktok_is_a_campaign_and_never_a_social_network(call: Call, box: Sandbox) -> None:
    found = visits(call)
    assert {v["referrerType"] for v in found} == {"direct", "search", "website", "campaign"}
    paid = [v for v in found if v["campaignSource"] == "tiktok"]
    assert {v["referrerType"] for v in paid} == {"campaign"}
    assert any("ttclid=" in v["actionDetails"][0]["url"] for v in paid)
    organic = [v for v in found if v["referrerName"] == "www.tiktok.com"]
    assert {v["referrerType"] for v in organic} == {"website"}
    untagged = [v for v in found if "ttclid=" in v["actionDetails"][0]["url"]
                and v["referrerType"] == "direct"]  # fmt: skip
    assert untagged
    box.settings.matomo_campaign_plugin = False
    plain = next(v for v in visits(call) if v["idVisit"] == paid[0]["idVisit"])
    assert "campaignSource" not in plain
    assert plain["referrerName"] == paid[0]["campaignName"]


def test_long_visits_are_cut(call: Call, box: Sandbox) -> None:
    box.settings.matomo_most_actions = 3
    cut = [v for v in visits(call) if v["truncatedActionsCount"]]
    assert cut
    assert all(len(v["actionDetails"]) == 3 for v in cut)


def test_people_are_named_where_real_ones_would_be(call: Call, box: Sandbox) -> None:
    found = visits(call)
    words = box.world.sessions(19).journeys.person.tolist()
    assert {v["userId"] for v in found if v["userId"]} <= {email_of(word) for word in words}
    assert any("email=" in v["actionDetails"][0]["url"] for v in found)


@pytest.mark.parametrize(
    ("changes", "status", "text"),
    [
        ({"token_auth": "wrong"}, 401, "requires 'view' access for the website id = 1."),
        ({"idSite": "99"}, 401, "id = 99."),
        ({"date": "soon"}, 200, "Date format must be"),
        ({"period": "decade"}, 200, "is not supported"),
        ({"method": "Live.nothing"}, 200, "does not exist"),
    ],
)
def test_errors_may_come_with_200(
    call: Call, changes: dict[str, str], status: int, text: str
) -> None:
    answer = call(**changes)
    assert answer.status_code == status
    assert answer.json()["result"] == "error"
    assert text in answer.json()["message"]


def test_the_token_is_refused_in_the_address(client: TestClient, box: Sandbox) -> None:
    query = {"module": "API", "method": "API.getMatomoVersion", "format": "JSON",
             "token_auth": box.credentials.matomo_token}  # fmt: skip
    assert client.get("/matomo/index.php", params=query).status_code == 401
    assert client.post("/matomo/index.php", data=query).json() == {"value": "5.2.0"}
    box.settings.matomo_secure_only = False
    assert client.get("/matomo/index.php", params=query).status_code == 200


def test_the_cloud_counts_calls(call: Call, box: Sandbox) -> None:
    box.settings.matomo_calls_per_minute = 2
    assert [call().status_code for _ in range(3)] == [200, 200, 429]


def test_periods_other_than_a_day(call: Call) -> None:
    two = visits(call, period="range", date="2026-09-19,2026-09-20")
    assert len(two) == len(visits(call)) + len(visits(call, date="2026-09-19"))
    week = visits(call, period="week", doNotFetchActions="1", filter_limit="4000")
    assert len(week) > len(two)
    assert "actionDetails" not in week[0]
    recent = visits(call, period="", date="")
    assert 0 < len(recent) < len(two)
