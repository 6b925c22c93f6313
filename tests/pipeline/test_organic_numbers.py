"""Marts of the brand's own account = what its API says, read here without any of our own code."""

from __future__ import annotations

import json
import urllib.parse
import urllib.request
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import duckdb
import pytest

from tests.conftest import Pipeline

pytestmark = [pytest.mark.pipeline, pytest.mark.timeout(600)]

FIRST, LAST = "2026-09-24", "2026-09-30"
DAY_METRICS = {
    "net_followers": "daily_total_followers", "new_followers": "daily_new_followers",
    "lost_followers": "daily_lost_followers", "video_views": "video_views",
    "reach": "unique_video_views", "profile_views": "profile_views", "likes": "likes",
    "comments": "comments", "shares": "shares", "engaged_audience": "engaged_audience",
    "bio_link_clicks": "bio_link_clicks", "email_clicks": "email_clicks",
    "lead_submissions": "lead_submissions",
}  # fmt: skip
"""Column of kpi_account_daily -> the API's name."""
VIDEO_COUNTERS = {
    "video_views": "video_views", "reach": "reach", "likes": "likes", "comments": "comments",
    "shares": "shares", "saves": "favorites", "new_followers": "new_followers",
    "watched_seconds": "total_time_watched", "completion_rate": "full_video_watched_rate",
    "profile_views": "profile_views", "website_clicks": "website_clicks",
}  # fmt: skip
"""Column of kpi_video_daily -> the API's name."""
Row = dict[str, Any]
Read = Callable[..., Row]


def marts(pipeline: Pipeline, query: str) -> list[Row]:
    published = pipeline.next / "published" / "marts.duckdb"
    with duckdb.connect(str(published), read_only=True) as db:
        answer = db.execute(query)
        names = [column[0] for column in answer.description or ()]
        return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


@pytest.fixture(scope="module")
def api(pipeline: Pipeline) -> Read:
    """The `data` of one call with a token of its own; lists become JSON."""
    env = pipeline.sandbox.env
    base = env["RIVAGE_TIKTOK_ORGANIC_BASE_URL"]

    def data(request: urllib.request.Request) -> Row:
        with urllib.request.urlopen(request, timeout=30) as answer:
            body = json.load(answer)
        assert body["code"] == 0, body
        return dict(body["data"])

    consent = {
        "client_id": env["RIVAGE_TIKTOK_ORGANIC_CLIENT_ID"],
        "client_secret": env["RIVAGE_TIKTOK_ORGANIC_CLIENT_SECRET"],
        "grant_type": "refresh_token",
        "refresh_token": env["RIVAGE_TIKTOK_ORGANIC_REFRESH_TOKEN"],
    }
    token = data(
        urllib.request.Request(
            f"{base}tt_user/oauth2/refresh_token/",
            data=json.dumps(consent).encode(),
            headers={"content-type": "application/json"},
        )
    )

    def read(path: str, fields: list[str], **params: Any) -> Row:
        known = {"business_id": token["open_id"], "fields": json.dumps(fields), **params}
        url = f"{base}{path}?{urllib.parse.urlencode(known)}"
        headers = {"Access-Token": token["access_token"]}
        return data(urllib.request.Request(url, headers=headers))

    return read


@pytest.fixture(scope="module")
def posts(api: Read) -> dict[str, Row]:
    """Every post the API lists, by id; pages may be empty before the last one."""
    fields = ["item_id", "create_time", "caption", "is_ad", *VIDEO_COUNTERS.values()]
    found: dict[str, Row] = {}
    page = api("business/video/list/", fields, max_count=20)
    while True:
        found |= {post["item_id"]: post for post in page["videos"]}
        if not page["has_more"]:
            return found
        page = api("business/video/list/", fields, max_count=20, cursor=page["cursor"])


def test_every_day_the_account_has_computed(pipeline: Pipeline, api: Read) -> None:
    told = api(
        "business/get/", [*DAY_METRICS.values()], start_date=FIRST, end_date=LAST
    )["metrics"]  # fmt: skip
    ours = marts(
        pipeline, "select * from kpi_account_daily where video_views is not null order by all"
    )
    assert len(told) >= 4
    # The newest days are not computed yet: absent at both, and not zero here.
    assert [row["report_date"].isoformat() for row in ours] == [day["date"] for day in told]
    for row, day in zip(ours, told, strict=True):
        assert {name: row[name] for name in DAY_METRICS} == {
            name: day[sent] for name, sent in DAY_METRICS.items()
        }
        assert row["engagements"] == day["likes"] + day["comments"] + day["shares"]


def test_every_day_is_what_the_brand_knows(pipeline: Pipeline) -> None:
    query = f"truth/account?from={FIRST}&to={LAST}"
    known = {row["report_date"]: row for row in pipeline.sandbox.control("GET", query)}
    ours = marts(pipeline, "select * from kpi_account_daily where video_views is not null")
    for row in ours:
        told = known[row["report_date"].isoformat()]
        assert row["net_followers"] == told["new_followers"] - told["lost_followers"]
        assert row["video_views"] == told["video_views"]
        assert row["profile_views"] == told["profile_views"]


def test_the_total_of_followers_is_read_never_guessed(pipeline: Pipeline, api: Read) -> None:
    told = api("business/get/", ["followers_count"])["followers_count"]
    read = marts(
        pipeline,
        "select report_date, followers, followers_unknown_days from kpi_account_daily "
        "where followers_is_read order by all",
    )
    assert [row["report_date"] for row in read] == [date(2026, 9, 29), date(2026, 9, 30)]
    assert {(row["followers"], row["followers_unknown_days"]) for row in read} == {(told, 0)}
    profile = marts(pipeline, "select distinct followers_total from kpi_follower_profile")
    assert profile == [{"followers_total": told}]


def test_who_follows_is_what_the_api_says(pipeline: Pipeline, api: Read) -> None:
    names = {"age": "audience_ages", "gender": "audience_genders", "country": "audience_countries",
             "city": "audience_cities"}  # fmt: skip
    told = api("business/get/", [*names.values()])
    ours = marts(
        pipeline,
        "select breakdown, segment, audience_rate from kpi_follower_profile "
        "where breakdown != 'active_hour' and snapshot_date = date '2026-09-30'",
    )
    assert {(row["breakdown"], row["segment"], row["audience_rate"]) for row in ours} == {
        (breakdown, next(value for key, value in each.items() if key != "percentage"),
         each["percentage"])
        for breakdown, sent in names.items() for each in told[sent]
    }  # fmt: skip


def test_every_videos_counters(pipeline: Pipeline, posts: dict[str, Row]) -> None:
    ours = marts(pipeline, f"select * from kpi_video_daily where snapshot_date = date '{LAST}'")
    assert {row["item_id"] for row in ours} == set(posts)
    for row in ours:
        post = posts[row["item_id"]]
        assert row["published_at"] == datetime.fromtimestamp(int(post["create_time"]), UTC)
        # What the API leaves out of an idle post is unknown, not 0.
        assert {name: row[name] for name in VIDEO_COUNTERS} == {
            name: post.get(sent) for name, sent in VIDEO_COUNTERS.items()
        }
    assert [row for row in ours if row["reach"] is None]


def test_a_gain_needs_the_day_before(pipeline: Pipeline) -> None:
    # The simulated clock stood still between the two pulls: nothing came, and that is known.
    gains = marts(
        pipeline,
        "select snapshot_date, video_views_change as gained, likes_change, count(*) as posts "
        "from kpi_video_daily group by all order by all",
    )
    assert [(row["snapshot_date"].day, row["gained"], row["likes_change"]) for row in gains] == [
        (29, None, None),
        (30, 0, 0),
    ]


def test_each_breakdown_holds_each_post_once(pipeline: Pipeline, posts: dict[str, Row]) -> None:
    ours = marts(
        pipeline,
        "select breakdown, sum(posts) as posts, sum(video_views) as views from kpi_content_type "
        "where breakdown != 'hashtag' group by all",
    )
    views = sum(post["video_views"] for post in posts.values())
    assert {row["breakdown"]: (row["posts"], row["views"]) for row in ours} == dict.fromkeys(
        ("media_type", "narration", "theme", "promotion"), (len(posts), views)
    )
    tagged = marts(
        pipeline,
        "select sum(posts) as posts from kpi_content_type "
        "where breakdown = 'hashtag' and segment = 'defimareehaute'",
    )
    assert tagged == [
        {"posts": sum("#defimareehaute" in post["caption"].lower() for post in posts.values())}
    ]


def test_each_post_stands_at_one_hour(pipeline: Pipeline, posts: dict[str, Row]) -> None:
    (row,) = marts(
        pipeline,
        "select count(*) as cells, sum(posts + young_posts) as posts, "
        "sum(promoted_posts) as promoted from kpi_posting_time",
    )
    promoted = sum(post["is_ad"] for post in posts.values())
    assert row == {"cells": 168, "posts": len(posts) - promoted, "promoted": promoted}
