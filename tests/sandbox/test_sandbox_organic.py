"""The Accounts API of the sandbox: its traps, and numbers that agree with the posts."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from sandbox.state import Sandbox
from sandbox.world.comments import INTENTS
from sandbox.world.content import BRAND, BRAND_OPEN_ID, CHALLENGE
from sandbox.world.profile import DAY

BASE = "/open_api/v1.3"
Read = Callable[..., dict[str, Any]]
PERISHABLE = ["reach", "full_video_watched_rate", "total_time_watched", "average_time_watched",
              "impression_sources", "audience_countries"]  # fmt: skip


def renewal(client: TestClient, box: Sandbox, token: str | None = None) -> dict[str, Any]:
    body = {
        "client_id": box.credentials.tiktok_app_id,
        "client_secret": box.credentials.tiktok_app_secret,
        "grant_type": "refresh_token",
        "refresh_token": token or box.credentials.tiktok_refresh_token,
    }
    return dict(client.post(f"{BASE}/tt_user/oauth2/refresh_token/", json=body).json())


@pytest.fixture
def account(client: TestClient, box: Sandbox) -> Read:
    """Call with a fresh account token; lists and objects become JSON."""
    token = renewal(client, box)["data"]["access_token"]

    def read(path: str, **params: Any) -> dict[str, Any]:
        params = {"business_id": BRAND_OPEN_ID, **params}
        texts = {k: json.dumps(v) if isinstance(v, (list, dict)) else v for k, v in params.items()}
        answer = client.get(f"{BASE}{path}", params=texts, headers={"Access-Token": token})
        assert answer.status_code == 200
        return dict(answer.json())

    return read


def pages(read: Read, path: str, key: str, **params: Any) -> list[list[dict[str, Any]]]:
    """Every page of a list, walked as documented."""
    found, cursor = [], {}
    while True:
        data = read(path, **params, **cursor)["data"]
        found.append(data[key])
        if not data["has_more"]:
            return found
        cursor = {"cursor": data["cursor"]}


# Tokens.


def test_a_renewal_returns_a_new_refresh_token(client: TestClient, box: Sandbox) -> None:
    data = renewal(client, box)["data"]
    assert data["refresh_token"] != box.credentials.tiktok_refresh_token
    assert (data["expires_in"], data["open_id"]) == (86_400, BRAND_OPEN_ID)
    assert renewal(client, box, data["refresh_token"])["code"] == 0
    # Several pipelines start with the same consent here, so the old one stays good.
    assert renewal(client, box)["code"] == 0


def test_strict_rotation_ends_a_used_refresh_token(client: TestClient, box: Sandbox) -> None:
    box.settings.tiktok_strict_rotation = True
    data = renewal(client, box)["data"]
    assert renewal(client, box)["code"] == 40107
    assert renewal(client, box, data["refresh_token"])["code"] == 0


def test_an_access_token_ends_after_a_day_of_the_simulated_clock(
    account: Read, box: Sandbox
) -> None:
    box.clock.advance(0.99)
    assert account("/business/get/")["code"] == 0
    box.clock.advance(0.02)
    assert account("/business/get/")["code"] == 40102


def test_a_refresh_token_ends_after_a_year(client: TestClient, box: Sandbox) -> None:
    token = renewal(client, box)["data"]["refresh_token"]
    box.clock.advance(366)
    assert renewal(client, box, token)["code"] == 40103


def test_codes_of_bad_consents_and_apps(client: TestClient, box: Sandbox) -> None:
    assert renewal(client, box, "never-issued")["code"] == 40107
    body = {
        "client_id": box.credentials.tiktok_app_id,
        "client_secret": box.credentials.tiktok_app_secret,
        "grant_type": "authorization_code",
        "auth_code": box.credentials.tiktok_auth_code,
    }
    path = f"{BASE}/tt_user/oauth2/token/"
    assert client.post(path, json=body).json()["code"] == 0
    assert client.post(path, json=body).json()["code"] == 40110  # good once
    assert client.post(path, json={**body, "grant_type": "password"}).json()["code"] == 40108
    assert client.post(path, json={**body, "client_secret": "no"}).json()["code"] == 40101


def test_token_info_names_the_scopes(client: TestClient, box: Sandbox) -> None:
    token = renewal(client, box)["data"]["access_token"]
    body = {"app_id": box.credentials.tiktok_app_id, "access_token": token}
    data = client.post(f"{BASE}/tt_user/token_info/get/", json=body).json()["data"]
    assert "video.insights" in data["scope"].split(",")
    assert data["creator_id"] == BRAND_OPEN_ID


def test_the_marketing_token_opens_no_account(client: TestClient, box: Sandbox) -> None:
    headers = {"Access-Token": box.credentials.tiktok_access_token}
    params = {"business_id": BRAND_OPEN_ID}
    answer = client.get(f"{BASE}/business/get/", params=params, headers=headers)
    assert answer.json()["code"] == 40105
    assert client.get(f"{BASE}/business/get/", params=params).json()["code"] == 40104


@pytest.mark.parametrize(
    ("path", "scope"),
    [
        ("/business/video/list/", "video.list"),
        ("/business/comment/list/", "comment.list"),
        ("/business/mention/video/list/", "biz.brand.insights"),
    ],
)
def test_without_its_scope_a_path_is_refused(
    account: Read, box: Sandbox, path: str, scope: str
) -> None:
    box.settings.without_scopes = [scope]
    answer = account(path)
    assert answer["code"] == 40001
    assert f"'{path}(method=GET)'" in answer["message"]


# The account by day.


def days(read: Read, first: str, last: str, fields: list[str]) -> dict[str, dict[str, Any]]:
    data = read("/business/get/", start_date=first, end_date=last, fields=fields)["data"]
    return {one["date"]: one for one in data["metrics"]}


def test_the_newest_days_are_missing_and_come_later(account: Read, box: Sandbox) -> None:
    found = days(account, "2026-09-15", "2026-09-24", ["video_views"])
    newest = date.fromisoformat(max(found))
    assert newest in (date(2026, 9, 21), date(2026, 9, 22))  # now is the 24th
    assert len(found) == (newest - date(2026, 9, 15)).days + 1
    box.settings.tiktok_account_token_seconds = 10**7
    for hours in range(0, 96, 6):
        box.clock.set(datetime.fromisoformat("2026-09-24T00:00:00+00:00") + timedelta(hours=hours))
        served = date.fromisoformat(max(days(account, "2026-09-15", "2026-09-30", ["likes"])))
        late = box.clock.now.date() - served
        assert late.days in (2, 3)


def test_a_first_day_more_than_sixty_days_back_is_refused(account: Read) -> None:
    assert account("/business/get/", start_date="2026-07-26")["code"] == 0
    answer = account("/business/get/", start_date="2026-07-25")
    assert (answer["code"], "60 days" in answer["message"]) == (40002, True)


def test_daily_views_are_the_posts_gains_and_what_ads_bought(account: Read, box: Sandbox) -> None:
    found = days(account, "2026-08-01", "2026-09-20", ["video_views", "likes", "comments"])
    content = box.world.content
    posts = [post for post in content.posts if post.kind == BRAND]
    paid_days = 0
    for text, numbers in found.items():
        start = (date.fromisoformat(text) - date(1970, 1, 1)).days * DAY
        before = [content.counters(post, start) for post in posts]
        after = [content.counters(post, start + DAY) for post in posts]
        organic = sum(b.views - a.views for a, b in zip(before, after, strict=True))
        paid = sum(
            content.paid_views(post, start + DAY) - content.paid_views(post, start)
            for post in posts
        )
        paid_days += paid > 0
        assert numbers["video_views"] == organic + paid
        assert numbers["likes"] == sum(
            b.likes - a.likes for a, b in zip(before, after, strict=True)
        )
    assert paid_days > 5


def test_values_are_numbers_and_followers_grow(account: Read, box: Sandbox) -> None:
    fields = ["followers_count", "daily_total_followers", "daily_new_followers",
              "daily_lost_followers", "audience_activity"]  # fmt: skip
    answer = account("/business/get/", start_date="2026-09-01", end_date="2026-09-20",
                     fields=fields)["data"]  # fmt: skip
    assert isinstance(answer["followers_count"], int)
    for one in answer["metrics"]:
        net = one["daily_new_followers"] - one["daily_lost_followers"]
        assert one["daily_total_followers"] == one["followers_count"] == net
        assert [hour["hour"] for hour in one["audience_activity"]] == [str(n) for n in range(24)]
    assert sum(one["daily_total_followers"] for one in answer["metrics"]) > 0
    before = answer["followers_count"]
    box.clock.advance(0.9)
    assert account("/business/get/", fields=["followers_count"])["data"]["followers_count"] > before


def test_unknown_fields_and_arrays_that_are_no_json_are_refused(account: Read) -> None:
    assert account("/business/get/", fields=["nonsense"])["code"] == 40002
    answer = account("/business/get/", fields="likes,comments")
    assert answer["message"] == "fields: Field must be set to array"


# Posts.


def test_pages_come_short_and_empty_while_there_is_more(account: Read, box: Sandbox) -> None:
    found = pages(account, "/business/video/list/", "videos", max_count=20)
    sizes = [len(page) for page in found]
    assert 0 in sizes[:-1]
    assert any(0 < size < 20 for size in sizes[:-1])
    listed = [record["item_id"] for page in found for record in page]
    there = box.world.content.published(box.clock.epoch, BRAND)
    assert sorted(listed) == sorted(post.item_id for post in there)


def test_the_cursor_is_in_milliseconds_and_pages_hold_twenty(account: Read) -> None:
    data = account("/business/video/list/")["data"]
    assert data["cursor"] > 10**12
    assert len(data["videos"]) <= 10  # the default
    assert account("/business/video/list/", max_count=21)["code"] == 40002


def test_perishable_fields_are_missing_on_idle_posts_only(account: Read, box: Sandbox) -> None:
    fields = ["item_id", "create_time", "video_views", "new_followers", *PERISHABLE]
    found = pages(account, "/business/video/list/", "videos", max_count=20, fields=fields)
    records = [record for page in found for record in page]
    idle = [record for record in records if "reach" not in record]
    assert 0 < len(idle) < len(records)
    for record in records:
        kept = [name for name in PERISHABLE if name in record]
        assert kept == ([] if record in idle else PERISHABLE)
        assert {"video_views", "new_followers"} <= set(record)
    # A post is idle only after a week; a viral one stays alive longer than its neighbours.
    week_ago = box.clock.epoch - 7 * DAY
    assert all(int(record["create_time"]) < week_ago for record in idle)


def test_without_video_insights_these_fields_are_missing(account: Read, box: Sandbox) -> None:
    box.settings.without_scopes = ["video.insights"]
    fields = ["item_id", "likes", "new_followers", "impression_sources"]
    first = account("/business/video/list/", fields=fields)["data"]["videos"][0]
    assert set(first) == {"item_id", "likes"}


# Comments.


def busiest(box: Sandbox) -> str:
    posts = box.world.content.published(box.clock.epoch, BRAND)
    written = box.world.comments.written
    return max(posts, key=lambda post: len(written(post, box.clock.epoch))).item_id


def test_comments_are_in_random_order_unless_sorted(account: Read, box: Sandbox) -> None:
    video = busiest(box)
    order = {"sort_field": "create_time", "sort_type": "desc", "max_count": 30}
    sorted_pages = pages(account, "/business/comment/list/", "comments", video_id=video, **order)
    times = [int(one["create_time"]) for page in sorted_pages for one in page]
    assert times == sorted(times, reverse=True)
    random_pages = pages(account, "/business/comment/list/", "comments", video_id=video)
    times = [int(one["create_time"]) for page in random_pages for one in page]
    assert times != sorted(times, reverse=True)
    assert len({one["comment_id"] for page in random_pages for one in page}) == len(times)


def test_comments_agree_with_the_counter_and_speak_two_languages(box: Sandbox) -> None:
    now, world = box.clock.epoch, box.world
    everything = []
    for post in world.content.published(now, BRAND):
        written = world.comments.written(post, now)
        assert len(written) == world.content.counters(post, now).comments
        everything += written
    assert {one.language for one in everything} == {"fr", "en"}
    assert {one.intent for one in everything} == set(INTENTS)
    assert any("@" in one.text for one in everything)
    assert len({one.comment_id for one in everything}) == len(everything)


def test_comment_parameters_are_checked(account: Read, box: Sandbox) -> None:
    path = "/business/comment/list/"
    assert account(path)["code"] == 40002
    assert account(path, video_id=busiest(box), max_count=31)["code"] == 40002
    assert account(path, video_id=busiest(box), sort_field="random")["code"] == 40002
    assert account(path, video_id="1")["code"] == 40007


def test_replies_come_three_at_most(account: Read, box: Sandbox) -> None:
    found = pages(account, "/business/comment/list/", "comments", video_id=busiest(box),
                  include_replies="true", max_count=30)  # fmt: skip
    comments = [one for page in found for one in page]
    assert max(len(one["reply_list"]) for one in comments) in (1, 2, 3)
    many = max(comments, key=lambda one: int(one["replies"]))
    replies = pages(account, "/business/comment/reply/list/", "comments",
                    video_id=many["video_id"], comment_id=many["comment_id"])  # fmt: skip
    assert sum(len(page) for page in replies) == many["replies"]


# Mentions.


def test_views_are_null_without_the_creator_s_authorisation(account: Read, box: Sandbox) -> None:
    found = pages(account, "/business/mention/video/list/", "videos", max_count=100)
    records = [one for page in found for one in page]
    handles = {person.handle for person in box.world.content.creators}
    assert {one["views"] is None for one in records} == {True, False}
    for one in records:
        assert (one["views"] is None) == (one["reach"] is None)
        if one["creator_handle_name"] not in handles:
            assert one["views"] is None


def test_hashtag_posts_carry_the_hashtag(account: Read) -> None:
    path = "/business/mention/hashtag/video/list/"
    found = pages(account, path, "videos", hashtags=[CHALLENGE], max_count=100)
    records = [one for page in found for one in page]
    assert len(records) > 10
    assert all(one["matched_hashtags"] == [CHALLENGE] for one in records)
    assert account(path)["code"] == 40002
    assert account(path, hashtags=CHALLENGE)["code"] == 40002


def test_nothing_after_now_is_visible(account: Read, box: Sandbox) -> None:
    now = box.clock.epoch
    for path, key, more in (
        ("/business/video/list/", "videos", {"fields": ["create_time"]}),
        ("/business/mention/video/list/", "videos", {}),
        ("/business/comment/list/", "comments", {"video_id": busiest(box)}),
    ):
        for page in pages(account, path, key, **more):
            assert all(int(one["create_time"]) <= now for one in page)


def test_everybody_behind_an_answer_is_in_the_truth(
    account: Read, client: TestClient, box: Sandbox
) -> None:
    known = client.get("/_sandbox/truth/people").json()
    assert {one["role"] for one in known} == {"creator", "fan", "commenter"}
    handles = {one["handle"] for one in known}
    for page in pages(account, "/business/mention/video/list/", "videos"):
        assert {one["creator_handle_name"] for one in page} <= handles
    found = pages(account, "/business/comment/list/", "comments", video_id=busiest(box))
    strangers = {one["username"] for page in found for one in page if not one["owner"]} - handles
    assert not strangers
    meant = client.get("/_sandbox/truth/comments").json()
    assert {one["intent"] for one in meant} == set(INTENTS)
