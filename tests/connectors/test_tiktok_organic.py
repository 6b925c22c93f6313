"""The Accounts API connector: late days, short pages, vanishing fields, personal data."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from rivage.connectors.base import Page
from rivage.connectors.http import HttpSession, Retries
from rivage.connectors.tiktok_organic import TikTokOrganic
from rivage.errors import (
    BadRequest,
    ResponseTruncated,
    SchemaBroke,
    ScopeMissing,
    TokenExpired,
    WindowInFuture,
)
from rivage.landing.coverage import coverage, ordinary_window
from rivage.landing.store import Store
from rivage.landing.writer import Landed, write
from rivage.settings import TikTokOrganic as OrganicSettings
from rivage.streams import stream
from rivage.streams.days import due, remembered
from rivage.windows import Window
from tests.connectors.fake_account import BASE, BRAND, WEEK, Connect, FakeAccount, asked, day, paged
from tests.connectors.fake_tiktok import envelope, failure, rows
from tests.connectors.loopback import Call, Loopback
from tests.simulated import SALT

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAILY = stream("tiktok_organic__account_daily")
AUDIENCE = stream("tiktok_organic__audience")
VIDEOS = stream("tiktok_organic__videos")
COMMENTS = stream("tiktok_organic__comments")
MENTIONS = stream("tiktok_organic__mentions")
HASHTAGS = stream("tiktok_organic__hashtag_videos")
LIST = "business/video/list/"


@pytest.fixture
def connect(
    serve: Callable[..., Loopback], configure: Callable[..., Any], slept: list[float]
) -> Connect:
    def build(fake: FakeAccount, **own: Any) -> TikTokOrganic:
        server = serve(fake)
        base = {
            "base_url": f"{server.url}{BASE}",
            "client_id": "app-7",
            "client_secret": "secret-of-the-app",
            "refresh_token": "refresh-0-of-the-consent",
            "requests_per_minute": 60_000,
        }
        settings = configure(tiktok_organic=OrganicSettings(**{**base, **own}))
        session = HttpSession(settings, retries=Retries(attempts=2), sleep=slept.append)
        made = TikTokOrganic(settings, session, now=lambda: NOON)
        made.server = server  # type: ignore[attr-defined]
        return made

    return build


def calls(connector: TikTokOrganic, endpoint: str) -> list[Call]:
    server: Loopback = connector.server  # type: ignore[attr-defined]
    return [call for call in server.calls if call.path == BASE + endpoint]


def land(tmp_path: Path, name: str, pages: list[Page], window: Window) -> Landed:
    store = Store(str(tmp_path / "landing"), tmp_path / "tmp")
    return write(
        stream(name), BRAND, window, pages, store=store, salt=SALT, pulled_at=datetime.now(UTC)
    )


def landed_text(tmp_path: Path) -> str:
    """Everything under landing, parquet as JSON."""
    files = [str(path) for path in (tmp_path / "landing").rglob("*.parquet")]
    found = duckdb.sql(
        f"select to_json(t) from read_parquet({files}, union_by_name=true) t"
    ).fetchall()
    manifests = "".join(path.read_text() for path in (tmp_path / "landing").rglob("*.json"))
    return manifests + "\n".join(row for (row,) in found)


# Days that TikTok has not computed yet.


def test_days_not_computed_yet_are_not_landed_as_empty_days(
    connect: Connect, tmp_path: Path
) -> None:
    days = [day(f"2026-11-{number}") for number in range(12, 17)]
    connector = connect(FakeAccount({"business/get/": lambda call: {"metrics": days}}))
    (page,) = connector.pages(DAILY, BRAND, WEEK)
    assert page.served_to == date(2026, 11, 16)
    landed = land(tmp_path, DAILY.name, [page], WEEK)
    assert [str(m.window_start) for m in landed.manifests] == [d["date"] for d in days]


def test_without_any_computed_day_nothing_is_landed(connect: Connect, tmp_path: Path) -> None:
    connector = connect(FakeAccount({"business/get/": lambda call: {}}))
    yesterday = Window(date(2026, 11, 19), date(2026, 11, 19))
    (page,) = connector.pages(DAILY, BRAND, yesterday)
    assert land(tmp_path, DAILY.name, [page], yesterday).manifests == ()


def test_the_ordinary_run_is_green_on_late_days_and_fills_them_later(
    connect: Connect, tmp_path: Path
) -> None:
    newest = [date(2026, 11, 17)]

    def answer(call: Call) -> dict[str, Any]:
        first = date.fromisoformat(call.query["start_date"])
        last = min(date.fromisoformat(call.query["end_date"]), newest[0])
        span = range((last - first).days + 1)
        return {"metrics": [day(str(first + timedelta(days=n))) for n in span]}

    connector = connect(FakeAccount({"business/get/": answer}))
    store = Store(str(tmp_path / "landing"), tmp_path / "tmp")

    def run(window: Window) -> set[date]:
        land(tmp_path, DAILY.name, list(connector.pages(DAILY, BRAND, window)), window)
        (covered,) = coverage(store, [DAILY])
        # What is due has landed: the stage that verifies coverage stays green.
        assert set(due(DAILY, window)) <= covered.days
        return set(covered.days)

    run(Window(date(2026, 11, 10), date(2026, 11, 19)))
    newest[0] = date(2026, 11, 18)
    (covered,) = coverage(store, [DAILY])
    window = ordinary_window(DAILY, covered, date(2026, 11, 19))
    assert window.start <= date(2026, 11, 12)
    assert date(2026, 11, 18) in run(window)


def test_a_missing_day_between_others_is_noted(connect: Connect) -> None:
    days = [day("2026-11-12"), day("2026-11-14")]
    connector = connect(FakeAccount({"business/get/": lambda call: {"metrics": days}}))
    (page,) = connector.pages(DAILY, BRAND, WEEK)
    assert page.notes == ("2026-11-13 is missing between days that are there",)


def test_no_day_older_than_sixty_days_is_asked_for() -> None:
    long = Window(date(2026, 1, 1), date(2026, 11, 19))
    # Today is the 20th; the API refuses a first day more than 60 days before it.
    assert remembered(DAILY, long).start == date(2026, 11, 20) - timedelta(days=60)
    assert DAILY.lookback.days >= 7


def test_a_first_day_too_far_back_is_a_bad_request(connect: Connect) -> None:
    refused = failure(40002, "start_date: Must not be more than 60 days before today.")
    connector = connect(FakeAccount({"business/get/": lambda call: refused}))
    with pytest.raises(BadRequest, match="60 days"):
        list(connector.pages(DAILY, BRAND, WEEK))


def test_a_day_after_today_is_refused(connect: Connect) -> None:
    connector = connect(FakeAccount())
    with pytest.raises(WindowInFuture):
        list(connector.pages(DAILY, BRAND, Window(date(2026, 11, 20), date(2026, 11, 21))))


def test_the_days_are_utc_and_fields_a_json_array(connect: Connect) -> None:
    connector = connect(FakeAccount({"business/get/": lambda call: {"metrics": []}}))
    (account,) = connector.accounts()
    assert (account.id, account.timezone) == (BRAND.id, "UTC")
    list(connector.pages(DAILY, BRAND, WEEK))
    call = calls(connector, "business/get/")[-1]
    assert "video_views" in asked(call, "fields")
    assert (call.query["start_date"], call.query["end_date"]) == ("2026-11-12", "2026-11-18")
    assert call.query["business_id"] == BRAND.id


def test_the_audience_carries_the_account_it_belongs_to(connect: Connect) -> None:
    data = {"followers_count": 10, "audience_ages": [{"age": "18-24", "percentage": 1.0}]}
    connector = connect(FakeAccount({"business/get/": lambda call: data}))
    (record,) = rows(connector.pages(AUDIENCE, BRAND, WEEK))
    assert record == {"business_id": BRAND.id, **data}


# Posts.


def test_short_and_empty_pages_do_not_end_the_list(connect: Connect) -> None:
    posts = [({"item_id": "3"}, 300), ({"item_id": "2"}, 200)]
    pages = [([posts[0][0]], 300), ([], 250), ([posts[1][0]], 200)]
    connector = connect(FakeAccount({LIST: paged(pages, "videos")}))
    assert [r["item_id"] for r in rows(connector.pages(VIDEOS, BRAND, WEEK))] == ["3", "2"]
    sent = calls(connector, LIST)
    assert [call.query.get("cursor") for call in sent] == [None, "300", "250"]
    assert {call.query["max_count"] for call in sent} == {"20"}
    assert "item_id" in asked(sent[0], "fields")


def test_a_cursor_that_stands_still_is_no_endless_walk(connect: Connect) -> None:
    still = {"videos": [], "cursor": 5, "has_more": True}
    connector = connect(FakeAccount({LIST: lambda call: still}))
    with pytest.raises(ResponseTruncated, match="cursor 5"):
        list(connector.pages(VIDEOS, BRAND, WEEK))
    assert len(calls(connector, LIST)) == 2


@pytest.mark.parametrize("missing", ["videos", "has_more", "cursor"])
def test_an_answer_without_its_parts_is_no_empty_list(connect: Connect, missing: str) -> None:
    data = {"videos": [], "cursor": 5, "has_more": True}
    del data[missing]
    connector = connect(FakeAccount({LIST: lambda call: data}))
    with pytest.raises(SchemaBroke):
        list(connector.pages(VIDEOS, BRAND, WEEK))


def test_a_token_without_video_insights_loses_fields_not_rows(
    connect: Connect, tmp_path: Path
) -> None:
    bare = {"item_id": "1", "create_time": "1790000000", "likes": 3, "video_views": 9}
    connector = connect(FakeAccount({LIST: paged([([bare], 1)], "videos")}))
    landed = land(tmp_path, VIDEOS.name, list(connector.pages(VIDEOS, BRAND, WEEK)), WEEK)
    assert landed.answers.records == 1


# Comments.


def comment(number: int, at: str, **more: Any) -> dict[str, Any]:
    epoch = int(datetime.fromisoformat(at).replace(tzinfo=UTC).timestamp())
    return {"comment_id": str(number), "video_id": "p1", "create_time": str(epoch), **more}


def post(item_id: str, at: str) -> dict[str, Any]:
    return {**comment(0, at), "item_id": item_id}


def commented(comments: list[tuple[list[dict[str, Any]], int]], posts: Any = None) -> FakeAccount:
    found = posts or [post("p1", "2026-11-01T10:00")]
    return FakeAccount(
        {
            LIST: paged([(found, 1)], "videos"),
            "business/comment/list/": paged(comments, "comments"),
        }
    )


def test_comments_are_always_sorted(connect: Connect) -> None:
    connector = connect(commented([([comment(1, "2026-11-13T08:00")], 1)]))
    assert len(rows(connector.pages(COMMENTS, BRAND, WEEK))) == 1
    (call,) = calls(connector, "business/comment/list/")
    assert (call.query["sort_field"], call.query["sort_type"]) == ("create_time", "desc")
    assert call.query["max_count"] == "30"


def test_comments_are_read_back_to_the_window_s_first_day(connect: Connect) -> None:
    pinned = comment(9, "2026-11-01T11:00", pinned=True)
    pages = [
        ([pinned, comment(4, "2026-11-19T09:00"), comment(3, "2026-11-18T09:00")], 30),
        ([], 60),
        ([comment(2, "2026-11-12T00:00"), comment(1, "2026-11-11T23:59")], 90),
        ([comment(0, "2026-11-10T09:00")], 120),
        ([comment(8, "2026-11-02T09:00")], 150),
    ]
    connector = connect(commented(pages))
    found = rows(connector.pages(COMMENTS, BRAND, WEEK))
    assert [one["comment_id"] for one in found] == ["3", "2"]
    assert len(calls(connector, "business/comment/list/")) == 4  # older ones are not asked for


def test_only_recent_posts_are_asked_for_comments(connect: Connect) -> None:
    posts = [
        post("later", "2026-11-19T10:00"),
        post("recent", "2026-11-10T10:00"),
        post("old", "2026-09-01T10:00"),
    ]
    connector = connect(commented([([], 1)], posts))
    rows(connector.pages(COMMENTS, BRAND, WEEK))
    asked_for = [call.query["video_id"] for call in calls(connector, "business/comment/list/")]
    assert asked_for == ["recent"]


def test_a_post_deleted_meanwhile_does_not_stop_the_others(connect: Connect) -> None:
    fake = commented(
        [([comment(1, "2026-11-13T08:00")], 1)],
        [post("gone", "2026-11-11T10:00"), post("p1", "2026-11-10T10:00")],
    )
    there = fake.answers["business/comment/list/"]
    fake.answers["business/comment/list/"] = lambda call: (
        failure(40007, "does not exist") if call.query["video_id"] == "gone" else there(call)
    )
    assert len(rows(connect(fake).pages(COMMENTS, BRAND, WEEK))) == 1


def test_no_commenter_reaches_the_disk(connect: Connect, tmp_path: Path) -> None:
    author = {
        "unique_identifier": "uid-of-clara",
        "username": "clara.m_001",
        "display_name": "Clara Martin",
        "profile_image": "https://img.example/clara.jpg",
        "text": "@zoe.k_002 écris-moi : clara@mail.example ou 06 12 34 56 78",
    }
    reply = {**author, "comment_id": "2"}
    page = [comment(1, "2026-11-13T08:00", **author, reply_list=[reply])]
    connector = connect(commented([(page, 1)]))
    land(tmp_path, COMMENTS.name, list(connector.pages(COMMENTS, BRAND, WEEK)), WEEK)
    text = landed_text(tmp_path)
    for told in ("clara", "Clara", "zoe.k", "06 12", "uid-of"):
        assert told not in text
    assert "écris-moi" in text


# Mentions.


def test_handles_of_others_are_hashed_and_null_views_stay_null(
    connect: Connect, tmp_path: Path
) -> None:
    fan = {
        "item_id": "7", "create_time": "1790000000", "likes": 1, "comments": 0, "shares": 0,
        "views": None, "reach": None, "creator_handle_name": "fan_12345",
        "video_link": "https://www.tiktok.com/@fan_12345/video/7", "caption": "avec @maman.lou",
        "thumbnail_url": "https://img.example/fan.jpg",
    }  # fmt: skip
    connector = connect(
        FakeAccount({"business/mention/video/list/": paged([([fan], 1)], "videos")})
    )
    land(tmp_path, MENTIONS.name, list(connector.pages(MENTIONS, BRAND, WEEK)), WEEK)
    text = landed_text(tmp_path)
    assert "fan_12345" not in text
    assert "maman" not in text
    assert '"views":null' in text
    (call,) = calls(connector, "business/mention/video/list/")
    assert call.query["sort_field"] == "CREATE_TIME"


def test_hashtags_go_as_a_json_array_without_the_sign(connect: Connect) -> None:
    endpoint = "business/mention/hashtag/video/list/"
    connector = connect(FakeAccount({endpoint: paged([([], 1)], "videos")}), hashtags="#A,b")
    rows(connector.pages(HASHTAGS, BRAND, WEEK))
    (call,) = calls(connector, endpoint)
    assert asked(call, "hashtags") == ["A", "b"]


def test_without_hashtags_nothing_is_asked_and_a_note_says_so(connect: Connect) -> None:
    connector = connect(FakeAccount())
    (page,) = connector.pages(HASHTAGS, BRAND, WEEK)
    assert (page.records, page.notes) == ([], ("no hashtags are configured",))


# Tokens, scopes, limits.


def test_an_expired_access_token_is_renewed_once_and_the_call_repeated(connect: Connect) -> None:
    fake = FakeAccount({LIST: paged([([], 1)], "videos")})
    connector = connect(fake)
    rows(connector.pages(VIDEOS, BRAND, WEEK))
    fake.current.clear()  # a day passes
    rows(connector.pages(VIDEOS, BRAND, WEEK))
    assert fake.renewals == 2
    assert len(calls(connector, LIST)) == 3


def test_a_fresh_token_that_is_refused_ends_the_matter(connect: Connect) -> None:
    fake = FakeAccount({LIST: lambda call: failure(40102, "Access token is expired.")})
    connector = connect(fake)
    with pytest.raises(TokenExpired, match="just been renewed") as raised:
        rows(connector.pages(VIDEOS, BRAND, WEEK))
    assert type(raised.value) is TokenExpired
    assert fake.renewals == 2


def test_a_missing_scope_names_the_consent(connect: Connect) -> None:
    text = "Permission error: The access token lacks the required scope for endpoint '/x/'."
    connector = connect(FakeAccount({LIST: lambda call: failure(40001, text)}))
    with pytest.raises(ScopeMissing) as raised:
        rows(connector.pages(VIDEOS, BRAND, WEEK))
    assert "RIVAGE_TIKTOK_ORGANIC_REFRESH_TOKEN" in raised.value.do
    assert "Accounts API" in raised.value.what


def test_check_names_the_scopes_that_were_not_granted(connect: Connect) -> None:
    def answer(call: Call) -> Any:
        return {"username": "brand"}

    good = connect(FakeAccount({"business/get/": answer}))
    steps = {step.name: step.ok for step in good.check()}
    assert steps["scopes"] is True
    partly = connect(FakeAccount({"business/get/": answer}, scope="user.info.basic,video.list"))
    told = {step.name: step for step in partly.check()}["scopes"]
    assert told.ok  # the streams that need them are left out, and are told one by one
    assert "video.insights" in told.detail


def test_a_rate_limit_is_waited_out(connect: Connect, slept: list[float]) -> None:
    waiting = [failure(40100, "too many requests")]

    def limited(call: Call) -> Any:
        return waiting.pop() if waiting else envelope({})["data"] | {
            "videos": [], "has_more": False, "cursor": 0,
        }  # fmt: skip

    connector = connect(FakeAccount({LIST: limited}))
    rows(connector.pages(VIDEOS, BRAND, WEEK))
    assert slept


def test_no_more_than_forty_calls_of_one_path_leave_in_a_minute(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The budget of one path: ten at once, then one every two seconds."""
    from rivage.connectors import limiter

    now = [1_000.0]
    sent: list[float] = []
    monkeypatch.setattr(limiter.Limiter.__init__, "__kwdefaults__", {
        **limiter.Limiter.__init__.__kwdefaults__, "clock": lambda: now[0],
        "sleep": lambda seconds: now.__setitem__(0, now[0] + seconds),
    })  # fmt: skip

    def counted(call: Call) -> dict[str, Any]:
        sent.append(now[0])
        return {"videos": [], "cursor": 9_999 - len(sent), "has_more": len(sent) < 90}

    connector = connect(FakeAccount({LIST: counted}), requests_per_minute=40)
    rows(connector.pages(VIDEOS, BRAND, WEEK))
    assert max(sum(1 for at in sent if first <= at < first + 60) for first in sent) <= 40
    assert sent[-1] - sent[0] < 90 / 40 * 60 * 1.4
