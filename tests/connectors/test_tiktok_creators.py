"""The TikTok One connector: discovery, campaigns, creators, reports, personal data."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from rivage.connectors.base import Account, Page
from rivage.connectors.http import HttpSession, Retries
from rivage.connectors.tiktok_creators import TikTokCreators
from rivage.errors import (
    AccountUnknown,
    BadRequest,
    ResponseTruncated,
    SchemaBroke,
    ScopeMissing,
    SettingMissing,
)
from rivage.landing.store import Store
from rivage.landing.writer import write
from rivage.settings import TikTokCreators as CreatorsSettings
from rivage.streams import stream
from rivage.windows import Window
from tests.connectors.fake_tiktok import envelope, failure, page_of, rows
from tests.connectors.loopback import Call, Loopback, Reply
from tests.simulated import SALT

ONE = Account("one-1", "brand", "Europe/Paris", "")
DAY = Window(date(2026, 11, 19), date(2026, 11, 19))
CREATORS = stream("tiktok_creators__creators")
CAMPAIGNS = stream("tiktok_creators__campaigns")
POSTS = stream("tiktok_creators__posts")
BASE = "/open_api/v1.3/"
Connect = Callable[..., TikTokCreators]
Answers = dict[str, Callable[[Call], Any]]


def campaign(number: int, *handles: str) -> dict[str, Any]:
    return {"campaign_id": f"c{number}", "campaign_name": "x", "handle_names": list(handles)}


def listed(key: str, records: list[dict[str, Any]], **more: Any) -> Callable[[Call], Any]:
    def answer(call: Call) -> dict[str, Any]:
        found = page_of(records, call)
        return {key: found.pop("list"), **found, **more}

    return answer


@pytest.fixture
def connect(
    serve: Callable[..., Loopback], configure: Callable[..., Any], slept: list[float]
) -> Connect:
    def build(answers: Answers, ids: str = "", **ads: Any) -> TikTokCreators:
        def answer(call: Call) -> Reply:
            assert call.headers["Access-Token"] == "token-of-the-app"
            found = answers[call.path.removeprefix(BASE)](call)
            return found if isinstance(found, Reply) else Reply(envelope(found))

        server = serve(answer)
        base = {"base_url": f"{server.url}{BASE}", "access_token": "token-of-the-app"}
        settings = configure(
            tiktok_ads={**base, **ads},
            tiktok_creators=CreatorsSettings(enabled=True, account_ids=ids),
        )
        session = HttpSession(settings, retries=Retries(attempts=2), sleep=slept.append)
        made = TikTokCreators(settings, session, now=lambda: datetime.now(UTC))
        made.server = server  # type: ignore[attr-defined]
        return made

    return build


def land(tmp_path: Path, name: str, pages: list[Page]) -> str:
    """Land them; everything on disk as text."""
    store = Store(str(tmp_path / "landing"), tmp_path / "tmp")
    write(stream(name), ONE, DAY, pages, store=store, salt=SALT, pulled_at=datetime.now(UTC))
    files = [str(path) for path in (tmp_path / "landing").rglob("*.parquet")]
    found = duckdb.sql(
        f"select to_json(t) from read_parquet({files}, union_by_name=true) t"
    ).fetchall()
    manifests = "".join(path.read_text() for path in (tmp_path / "landing").rglob("*.json"))
    return manifests + "\n".join(row for (row,) in found)


def info(call: Call) -> dict[str, Any]:
    return {"account_name": "brand", "timezone": "Europe/Paris"}


def test_accounts_are_discovered_by_app_and_secret(connect: Connect) -> None:
    answers: Answers = {
        "tto/oauth2/tcm/": lambda call: {"tto_tcm_account_ids": ["one-1"]},
        "tto/oauth2/info/": info,
    }
    connector = connect(answers, app_id="7", app_secret="secret-of-the-app")
    (account,) = connector.accounts()
    assert (account.id, account.timezone) == ("one-1", "Europe/Paris")


def test_configured_accounts_need_no_secret(connect: Connect) -> None:
    connector = connect({"tto/oauth2/info/": info}, ids="one-1,one-2,one-1")
    assert [one.id for one in connector.accounts()] == ["one-1", "one-2"]


def test_a_token_alone_is_told_what_it_lacks(connect: Connect) -> None:
    with pytest.raises(SettingMissing, match="can't discover") as raised:
        connect({}).accounts()
    assert "RIVAGE_TIKTOK_CREATORS_ACCOUNT_IDS" in raised.value.do


def test_a_consent_without_any_account_is_a_clear_message(connect: Connect) -> None:
    connector = connect({"tto/oauth2/tcm/": lambda call: {}}, app_id="7", app_secret="secret-x")
    with pytest.raises(AccountUnknown, match="no TikTok One account"):
        connector.accounts()


def test_a_zone_that_is_none_counts_as_utc(connect: Connect) -> None:
    odd = {"account_name": "brand", "timezone": "GMT+01:00 Paris"}
    connector = connect({"tto/oauth2/info/": lambda call: odd}, ids="one-1")
    assert connector.accounts()[0].timezone == "UTC"


def test_every_campaign_comes_once(connect: Connect) -> None:
    many = [campaign(number) for number in range(45)]
    connector = connect({"tto/tcm/campaign/": listed("campaigns", many)})
    assert rows(connector.pages(CAMPAIGNS, ONE, DAY)) == many
    server: Loopback = connector.server  # type: ignore[attr-defined]
    assert [call.query["page"] for call in server.calls] == ["1", "2", "3"]


def test_fewer_records_than_announced_are_no_whole_list(connect: Connect) -> None:
    short = {"campaigns": [campaign(1)], "page_info": {"total_number": "2", "total_page": "1"}}
    connector = connect({"tto/tcm/campaign/": lambda call: short})
    with pytest.raises(ResponseTruncated):
        list(connector.pages(CAMPAIGNS, ONE, DAY))


def test_a_list_without_its_parts_is_named(connect: Connect) -> None:
    connector = connect({"tto/tcm/campaign/": lambda call: {"campaigns": []}})
    with pytest.raises(SchemaBroke, match="page_info"):
        list(connector.pages(CAMPAIGNS, ONE, DAY))


def test_each_creator_is_asked_once_and_one_who_left_is_skipped(connect: Connect) -> None:
    def creator(call: Call) -> Any:
        handle = call.query["handle_name"]
        if handle == "gone":
            return failure(40121, "not on TikTok One")
        return {"creator_id": f"id-{handle}", "handle_name": handle}

    listing = [campaign(1, "lea", "gone"), campaign(2, "tom", "lea")]
    connector = connect(
        {
            "tto/tcm/campaign/": listed("campaigns", listing),
            "tto/tcm/creator/public/": creator,
        }
    )
    found = rows(connector.pages(CREATORS, ONE, DAY))
    assert [one["creator_id"] for one in found] == ["id-lea", "id-tom"]


def test_another_bad_request_about_a_creator_is_not_swallowed(connect: Connect) -> None:
    connector = connect(
        {
            "tto/tcm/campaign/": listed("campaigns", [campaign(1, "lea")]),
            "tto/tcm/creator/public/": lambda call: failure(40002, "handle_name: wrong"),
        }
    )
    with pytest.raises(BadRequest):
        list(connector.pages(CREATORS, ONE, DAY))


def test_a_missing_scope_is_named(connect: Connect) -> None:
    text = "Permission error: The access token lacks the required scope for endpoint '/tto/'."
    connector = connect({"tto/tcm/campaign/": lambda call: failure(40001, text)})
    with pytest.raises(ScopeMissing):
        list(connector.pages(CAMPAIGNS, ONE, DAY))


def test_a_report_row_gets_its_campaign_and_numbers_may_be_text(
    connect: Connect, tmp_path: Path
) -> None:
    text = {"video_id": "v1", "video_views": "120", "video_views_organic": 100}
    number = {"video_id": "v2", "video_views": 7, "video_completion_rate": "0.25"}
    connector = connect(
        {
            "tto/tcm/campaign/": listed("campaigns", [campaign(1), campaign(2)]),
            "tto/tcm/report/": lambda call: listed(
                "videos", [text, number], campaign_id=call.query["campaign_id"]
            )(call),
        }
    )
    pages = list(connector.pages(POSTS, ONE, DAY))
    found = rows(pages)
    assert [(one["campaign_id"], one["video_id"]) for one in found] == [
        ("c1", "v1"), ("c1", "v2"), ("c2", "v1"), ("c2", "v2"),
    ]  # fmt: skip
    landed = land(tmp_path, POSTS.name, pages)
    assert '"video_views":"120"' in landed
    assert '"video_views":"7"' in landed
    server: Loopback = connector.server  # type: ignore[attr-defined]
    report = next(call for call in server.calls if "report" in call.path)
    assert (report.query["start_date"], report.query["end_date"]) == ("2026-09-21", "2026-11-19")


def test_daily_stats_are_kept_as_sent(connect: Connect, tmp_path: Path) -> None:
    stats = [{"date": "2026-11-18", "views": 5}]
    post = {"video_id": "v1", "daily_stats": stats}
    connector = connect(
        {
            "tto/tcm/campaign/": listed("campaigns", [campaign(1)]),
            "tto/tcm/report/": listed("videos", [post], campaign_id="c1"),
        }
    )
    landed = land(tmp_path, POSTS.name, list(connector.pages(POSTS, ONE, DAY)))
    assert '"daily_stats":[{"date":"2026-11-18","views":5}]' in landed


def test_no_campaign_is_an_empty_snapshot(connect: Connect) -> None:
    connector = connect({"tto/tcm/campaign/": listed("campaigns", [])})
    for declared in (CAMPAIGNS, CREATORS, POSTS):
        (page,) = connector.pages(declared, ONE, DAY)
        assert page.records == []


def test_creators_leave_a_stable_id_and_no_name(connect: Connect, tmp_path: Path) -> None:
    profile = {
        "creator_id": "stable-id", "handle_name": "lea.skin", "display_name": "Léa Skin",
        "profile_image": "https://img.example/lea.jpg", "bio": "contact : lea@agence.example",
    }  # fmt: skip
    report = {
        "video_id": "v1",
        "creator_info": {"creator_id": "stable-id", "handle_name": "lea.skin",
                         "display_name": "Léa Skin"},
        "video_info": {"caption": "avec @tom.b", "video_link": "https://x.example/@lea.skin/1"},
    }  # fmt: skip
    answers: Answers = {
        "tto/tcm/campaign/": listed(
            "campaigns", [{**campaign(1, "lea.skin"), "invite_link": "https://invite.example/1"}]
        ),
        "tto/tcm/creator/public/": lambda call: profile,
        "tto/tcm/report/": listed("videos", [report], campaign_id="c1"),
    }
    connector = connect(answers)
    texts = [
        land(tmp_path / declared.name, declared.name, list(connector.pages(declared, ONE, DAY)))
        for declared in (CREATORS, CAMPAIGNS, POSTS)
    ]
    for text in texts:
        for told in ("lea.skin", "Léa", "agence", "tom.b", "invite.example"):
            assert told not in text
    assert "stable-id" in texts[0]
    assert "stable-id" in texts[2]


def test_the_secret_is_in_no_error(connect: Connect) -> None:
    connector = connect(
        {"tto/oauth2/tcm/": lambda call: failure(40101, f"bad secret {call.query['secret']}")},
        app_id="7",
        app_secret="secret-of-the-app",
    )
    with pytest.raises(Exception, match="40101") as raised:
        connector.accounts()
    assert "secret-of-the-app" not in str(raised.value)
