"""Answers recorded from the real services are read as they were sent."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rivage.connectors.answers import read_answer
from rivage.connectors.base import Account
from rivage.connectors.ga4_report import read_report
from rivage.connectors.http import HttpSession, Retries
from rivage.connectors.tiktok_ads import TikTokAds
from rivage.errors import ScopeMissing, TokenExpired
from rivage.streams import stream
from rivage.windows import Window, parse_day
from tests.connectors.loopback import Call, Loopback, Reply

RECORDED = Path(__file__).resolve().parents[3] / "shared" / "recorded"
pytestmark = pytest.mark.skipif(
    not RECORDED.is_dir(), reason="2026-11-22: the recorded answers are not kept in the repository"
)
DAY = Window(parse_day("2026-05-26"), parse_day("2026-05-26"))


def first(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((RECORDED / f"{name}.json").read_text())[0]
    return found


@pytest.fixture
def replay(
    serve: Callable[..., Loopback], configure: Callable[..., Any], slept: list[float]
) -> Callable[[str], TikTokAds]:
    def build(name: str) -> TikTokAds:
        one = first(name)

        def answer(call: Call) -> Reply:
            assert call.path == one["path"]
            return Reply(one["response"], one["status"])

        own = {
            "base_url": serve(answer).url,
            "access_token": "token-of-the-app",
            "advertiser_ids": "7644143197428744199",
        }
        settings = configure(tiktok_ads=own)
        session = HttpSession(settings, retries=Retries(attempts=1), sleep=slept.append)
        return TikTokAds(settings, session)

    return build


APIA = Account("7644143197428744199", "", "Pacific/Apia", "USD")


def test_accounts(replay: Callable[[str], TikTokAds]) -> None:
    (account,) = replay("tiktok_ads__advertisers").accounts()
    assert (account.timezone, account.currency) == ("Pacific/Apia", "USD")


@pytest.mark.parametrize(
    ("name", "declared", "key"),
    [
        ("tiktok_ads__campaigns", "tiktok_ads__campaigns", "campaign_id"),
        ("tiktok_ads__ad_groups", "tiktok_ads__adgroups", "adgroup_id"),
    ],
)
def test_entities(replay: Callable[[str], TikTokAds], name: str, declared: str, key: str) -> None:
    pages = list(replay(name).pages(stream(declared), APIA, DAY))
    sent = first(name)["response"]["data"]["list"]
    assert [r for page in pages for r in getattr(page, "records", [])] == sent
    assert all(isinstance(record[key], str) for record in sent)


def test_a_revoked_token(replay: Callable[[str], TikTokAds]) -> None:
    with pytest.raises(TokenExpired):
        list(replay("tiktok_ads__ads").pages(stream("tiktok_ads__ads"), APIA, DAY))


@pytest.mark.parametrize("name", ["tiktok_ads__reports", "tiktok_ads__run_integrated_report"])
def test_a_missing_report_scope(replay: Callable[[str], TikTokAds], name: str) -> None:
    with pytest.raises(ScopeMissing):
        list(replay(name).pages(stream("tiktok_ads__campaign_daily"), APIA, DAY))


def test_an_empty_report() -> None:
    body = json.dumps(first("ga4__run_report")["response"]).encode()
    report = read_report(read_answer(200, body, {}, 0.1))
    assert (report.records, report.row_count) == ([], 0)
    assert report.metadata["timeZone"] == "Europe/Warsaw"
