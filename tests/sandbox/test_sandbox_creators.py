"""TikTok One of the sandbox."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from sandbox.state import Sandbox
from tests.sandbox.conftest import Ask

Read = Callable[..., dict[str, Any]]


@pytest.fixture
def one(tiktok: Ask, box: Sandbox) -> Read:
    """Call TikTok One for the brand's account."""

    def read(path: str, **params: Any) -> dict[str, Any]:
        identity = box.credentials.tiktok_one_account_id
        return tiktok(path, **{"tto_tcm_account_id": identity, **params})

    return read


def test_accounts_are_found_by_app_and_secret(tiktok: Ask, one: Read, box: Sandbox) -> None:
    known = box.credentials
    found = tiktok("/tto/oauth2/tcm/", app_id=known.tiktok_app_id, secret=known.tiktok_app_secret)
    assert found["data"]["tto_tcm_account_ids"] == [known.tiktok_one_account_id]
    assert one("/tto/oauth2/info/")["data"]["timezone"] == "Europe/Paris"
    assert one("/tto/oauth2/info/", tto_tcm_account_id="1")["code"] == 40001
    refused = tiktok("/tto/oauth2/tcm/", app_id=known.tiktok_app_id, secret="no")
    assert refused["code"] == 40101


def test_without_the_scope_every_path_is_refused(one: Read, box: Sandbox) -> None:
    box.settings.without_scopes = ["tiktok_one"]
    answer = one("/tto/tcm/campaign/")
    assert (answer["code"], "scope" in answer["message"]) == (40001, True)


def test_campaigns_name_their_creators_and_posts(one: Read, box: Sandbox) -> None:
    data = one("/tto/tcm/campaign/", page_size="2")["data"]
    assert data["page_info"] == {"page": 1, "page_size": 2, "total_number": 3, "total_page": 2}
    posts = {post.item_id: post for post in box.world.content.posts}
    for campaign in data["campaigns"]:
        for item_id in campaign["video_ids"]:
            assert posts[item_id].handle in campaign["handle_names"]
            assert posts[item_id].published <= box.clock.epoch


def reports(read: Read, **params: Any) -> list[dict[str, Any]]:
    campaigns = read("/tto/tcm/campaign/")["data"]["campaigns"]
    return [
        video
        for campaign in campaigns
        for video in read("/tto/tcm/report/", campaign_id=campaign["campaign_id"],
                          page_size="100", **params)["data"]["videos"]
    ]  # fmt: skip


def test_numbers_are_text_or_numbers_and_parts_add_up(one: Read) -> None:
    videos = reports(one)
    assert videos
    for video in videos:
        assert isinstance(video["video_views"], str)
        assert isinstance(video["video_views_organic"], int)
        for name in ("video_views", "likes", "comments", "shares", "favorites"):
            assert int(video[name]) == video[f"{name}_organic"] + video[f"{name}_paid"]
    assert any(video["video_views_paid"] for video in videos)
    assert any(not video["video_views_paid"] for video in videos)


def test_daily_stats_come_only_with_dates_and_leave_out_what_a_day_had_not(one: Read) -> None:
    assert all("daily_stats" not in video for video in reports(one))
    stats = [
        stat
        for video in reports(one, start_date="2026-08-01", end_date="2026-09-20")
        for stat in video["daily_stats"]
    ]
    assert {"2026-08-01" <= stat["date"] <= "2026-09-20" for stat in stats} == {True}
    assert {"video_views_paid" in stat for stat in stats} == {True, False}


def test_the_same_post_has_the_same_views_in_both_apis(
    one: Read, client: TestClient, box: Sandbox
) -> None:
    organic = {v["video_id"]: v["video_views_organic"] for v in reports(one)}
    handle = box.world.content.creators[0].handle
    posts = one("/tto/tcm/creator/public/video/list/", handle_name=handle)["data"]["posts"]
    shared = [post for post in posts if post["video_id"] in organic]
    assert shared
    assert all(int(post["video_views"]) == organic[post["video_id"]] for post in shared)


def test_an_unknown_creator_has_the_marketplace_s_own_code(one: Read, box: Sandbox) -> None:
    assert one("/tto/tcm/creator/public/", handle_name="nobody")["code"] == 40121
    handle = box.world.content.creators[2].handle
    data = one("/tto/tcm/creator/public/", handle_name=handle)["data"]
    assert data["creator_id"] == box.world.content.creators[2].creator_id
    status = one("/tto/tcm/creator/status/get/", handle_names=json.dumps([handle, "nobody"]))
    assert [each["status"] for each in status["data"]["onboarding_status"]] == [
        "ONBOARDED",
        "NOT_ONBOARDED",
    ]
