"""Answers recorded from the real services parse, land and stage; the sandbox answers like them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from fastapi.testclient import TestClient

from rivage.connectors.answers import read_answer
from rivage.connectors.base import Account, Page
from rivage.connectors.ga4_report import read_report
from rivage.connectors.http import HttpSession, Retries
from rivage.connectors.tiktok_ads import TikTokAds
from rivage.errors import ScopeMissing, TokenExpired
from rivage.landing.store import Store
from rivage.landing.writer import write
from rivage.settings import Settings
from rivage.settings import TikTokAds as TikTokAdsSettings
from rivage.streams import all_streams, stream
from rivage.warehouse import dbt, load
from rivage.windows import Window, parse_day
from sandbox.app import build_app, build_sandbox
from sandbox.world import WorldConfig
from tests.connectors.loopback import Call, Loopback, Reply
from tests.contract.json_shapes import differences
from tests.sandbox.conftest import GRANT, assertion
from tests.simulated import SALT

RECORDED = Path(__file__).resolve().parents[3] / "shared" / "recorded"
pytestmark = pytest.mark.skipif(
    not RECORDED.is_dir(), reason="2026-11-22: the recorded answers are not kept in the repository"
)
DAY = Window(parse_day("2026-05-26"), parse_day("2026-05-26"))
APIA = Account("7644143197428744199", "", "Pacific/Apia", "USD")
LISTS = {
    "tiktok_ads__advertisers": "tiktok_ads__advertisers",
    "tiktok_ads__campaigns": "tiktok_ads__campaigns",
    "tiktok_ads__ad_groups": "tiktok_ads__adgroups",
    "tiktok_ads__list_pixels": "tiktok_ads__pixels",
}
"""Recorded file -> the stream that reads such an answer."""


def recorded(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((RECORDED / f"{name}.json").read_text())[0]
    return found


def sent(name: str) -> list[dict[str, Any]]:
    """The records of a recorded list."""
    data = recorded(name)["response"]["data"]
    found: list[dict[str, Any]] = data["pixels" if "pixels" in data else "list"]
    return found


Replay = Callable[[str], TikTokAds]


@pytest.fixture(scope="module")
def replay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replay]:
    """A connector whose API answers what was recorded."""
    servers: list[Loopback] = []
    home = tmp_path_factory.mktemp("replay")

    def build(name: str) -> TikTokAds:
        one = recorded(name)

        def answer(call: Call) -> Reply:
            assert call.path == one["path"]
            if "RESERVATION_TOP_VIEW" in call.query.get("filtering", ""):
                empty = {"page": 1, "page_size": 100, "total_number": 0, "total_page": 0}
                data = {"list": [], "page_info": empty}
                return Reply({"code": 0, "message": "OK", "request_id": "1", "data": data})
            return Reply(one["response"], one["status"])

        servers.append(Loopback(answer))
        own = TikTokAdsSettings(
            base_url=servers[-1].url, access_token="token-of-the-app", advertiser_ids=APIA.id
        )
        settings = Settings(_env_file=None, home=home, tiktok_ads=own)
        session = HttpSession(settings, retries=Retries(attempts=1), sleep=lambda _: None)
        return TikTokAds(settings, session)

    yield build
    for server in servers:
        server.close()


def pages(replay: Replay, name: str) -> list[Page]:
    found = list(replay(name).pages(stream(LISTS[name]), APIA, DAY))
    return [page for page in found if isinstance(page, Page)]


def test_accounts_are_read(replay: Replay) -> None:
    (account,) = replay("tiktok_ads__advertisers").accounts()
    assert (account.id, account.timezone, account.currency) == (APIA.id, "Pacific/Apia", "USD")


@pytest.mark.parametrize("name", LISTS)
def test_records_come_as_they_were_sent(replay: Replay, name: str) -> None:
    assert [r for page in pages(replay, name) for r in page.records] == sent(name)


def test_a_revoked_token_is_named(replay: Replay) -> None:
    with pytest.raises(TokenExpired):
        list(replay("tiktok_ads__ads").pages(stream("tiktok_ads__ads"), APIA, DAY))


@pytest.mark.parametrize("name", ["tiktok_ads__reports", "tiktok_ads__run_integrated_report"])
def test_a_missing_report_scope_is_named(replay: Replay, name: str) -> None:
    with pytest.raises(ScopeMissing):
        list(replay(name).pages(stream("tiktok_ads__campaign_daily"), APIA, DAY))


@pytest.mark.parametrize("name", ["ga4__run_report", "ga4__batch_run_reports"])
def test_an_empty_report_is_read(name: str) -> None:
    response = recorded(name)["response"]
    for one in response.get("reports", [response]):
        report = read_report(read_answer(200, json.dumps(one).encode(), {}, 0.1))
        assert (report.records, report.row_count) == ([], 0)
        assert report.metadata["timeZone"] == "Europe/Warsaw"


@pytest.fixture(scope="module")
def warehouse(replay: Replay, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """What was recorded, landed and staged."""
    settings = Settings(_env_file=None, home=tmp_path_factory.mktemp("home"))
    store = Store(settings.landing_url, settings.home / "tmp")
    own = {"store": store, "salt": SALT, "pulled_at": datetime(2026, 5, 27, tzinfo=UTC)}
    for name, declared in LISTS.items():
        landed = write(stream(declared), APIA, DAY, pages(replay, name), **own)
        assert landed.answers.records == len(sent(name))
    # Without a day of some report nothing is in reach of a build.
    nothing = [Page([], "", "v1.3", 0, 1)]
    write(stream("tiktok_ads__campaign_daily"), APIA, DAY, nothing, **own)
    with duckdb.connect(str(settings.warehouse)) as db:
        load.load_all(db, store, all_streams().values())
    models = [f"stg_{declared}" for declared in LISTS.values()]
    models += ["stg_tiktok_ads__campaign_history", "stg_tiktok_ads__adgroup_history"]
    dbt.run(settings, ["build", "--select", *models, "--exclude", "resource_type:unit_test"])
    with duckdb.connect(str(settings.warehouse), read_only=True) as db:
        yield db


@pytest.mark.pipeline
@pytest.mark.parametrize("name", LISTS)
def test_nothing_of_a_record_is_lost_but_personal_data(warehouse: Any, name: str) -> None:
    declared = stream(LISTS[name])
    rows = warehouse.execute(
        "select to_json(columns(* exclude (_extra, _pulled_at))), _extra "
        f"from landing.{declared.name}"
    )
    names = [column[0] for column in rows.description]
    landed = [dict(zip(names, row, strict=True)) for row in rows.fetchall()]
    dropped = {rule.path for rule in declared.personal}
    key = declared.keys[0]
    by_key = {json.loads(row[key]): row for row in landed}
    assert len(by_key) == len(sent(name))
    for record in sent(name):
        row = by_key[record[key]]
        extra = json.loads(row["_extra"] or "{}")
        for field, value in record.items():
            if field in dropped:
                assert field not in row
                assert field not in extra
            elif field in row:
                kept = None if row[field] is None else json.loads(row[field])
                assert kept == value, field
            else:
                assert extra.get(field) == value


@pytest.mark.pipeline
@pytest.mark.parametrize(
    ("model", "query", "expected"),
    [
        ("advertisers", "account_timezone, account_currency", [("Pacific/Apia", "USD")]),
        ("campaigns", "count(*), sum(budget_account_currency) > 0, count(created_at)",
         [(8, True, 8)]),
        ("adgroups", "count(*), count(optimization_goal)", [(6, 6)]),
        ("pixels", "count(*), bool_and(is_owned), min(created_at)::date::varchar",
         [(6, True, "2026-05-26")]),
        ("campaign_history", "count(*), min(valid_from)::varchar, count(valid_to)",
         [(8, "2026-05-26", 0)]),
        ("adgroup_history", "count(*), count(budget_account_currency)", [(6, 6)]),
    ],
)  # fmt: skip
def test_it_stages_with_its_types(
    warehouse: Any, model: str, query: str, expected: list[Any]
) -> None:
    found = warehouse.execute(f"select {query} from staging.stg_tiktok_ads__{model}").fetchall()
    assert found == expected


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., dict[str, Any]]:
    """Asks the sandbox what the real service was asked."""
    home = tmp_path_factory.mktemp("sandbox")
    now = datetime(2026, 9, 24, 10, 30, tzinfo=UTC)
    box = build_sandbox(WorldConfig(days=60), now, home, home / "bucket", "http://sandbox.test")
    box.settings.tiktok_qps = 0
    client = TestClient(build_app(box), base_url="http://sandbox.test")

    def ask(name: str, token: str = box.credentials.tiktok_access_token) -> dict[str, Any]:
        one = recorded(name)
        query = {
            key: value.replace(APIA.id, box.world.accounts.advertisers[0].advertiser_id)
            for key, value in one["query"].items()
        }
        path = f"/open_api/v1.3{one['path']}"
        answer = client.request(one["method"], path, params=query, headers={"Access-Token": token})
        assert answer.status_code == one["status"]
        return dict(answer.json())

    ask.box, ask.client = box, client  # type: ignore[attr-defined]
    return ask


MORE = {
    # Fields that the contract names and that the recorded test account does not show.
    "tiktok_ads__advertisers": {"owner_bc_id", "can_use_custom_identity", "ads_only_mode"},
    "tiktok_ads__campaigns": {
        "secondary_status", "budget_optimize_on", "bid_type", "optimization_goal", "app_id",
        "app_promotion_type", "split_test_variable", "campaign_product_source",
        "campaign_app_profile_page_state", "postback_window_mode", "rf_campaign_type",
    },
    "tiktok_ads__ad_groups": {
        "secondary_status", "click_attribution_window", "view_attribution_window",
        "engaged_view_attribution_window", "attribution_event_count",
    },
    "tiktok_ads__list_pixels": set(),
}  # fmt: skip
DOCUMENTED = {
    # Types that the contract names next to the recorded one.
    ".data.list[].placements": "null",  # with automatic placement
    ".data.list[].skip_learning_phase": "number",  # 0 or 1 in old ad groups
}


@pytest.mark.parametrize("name", LISTS)
def test_the_sandbox_has_the_same_fields_and_types(simulated: Any, name: str) -> None:
    real, ours = recorded(name)["response"], simulated(name)
    found = differences(real, ours, more=MORE[name], also=DOCUMENTED)
    assert found == []


def test_the_sandbox_refuses_a_revoked_token_in_the_same_words(simulated: Any) -> None:
    ours, theirs = simulated("tiktok_ads__ads", token="revoked"), recorded("tiktok_ads__ads")
    assert ours | {"request_id": ""} == theirs["response"] | {"request_id": ""}
    assert len(ours["request_id"]) == len(theirs["response"]["request_id"])


def test_an_empty_report_of_the_sandbox_has_the_same_fields(simulated: Any) -> None:
    box, client = simulated.box, simulated.client
    form = {"grant_type": GRANT, "assertion": assertion(box.service_account)}
    token = client.post("/token", data=form).json()["access_token"]
    place = f"/v1beta/properties/{box.credentials.ga4_property_id}"
    body = {
        "dimensions": [{"name": "country"}],
        "metrics": [{"name": "activeUsers"}],
        "dateRanges": [{"startDate": "2020-01-01", "endDate": "2020-01-02"}],
    }
    for name, verb, asked in (
        ("ga4__run_report", "runReport", body),
        ("ga4__batch_run_reports", "batchRunReports", {"requests": [body]}),
    ):
        headers = {"Authorization": f"Bearer {token}"}
        ours = client.post(f"{place}:{verb}", json=asked, headers=headers).json()
        assert differences(recorded(name)["response"], ours, more=set()) == []


@pytest.mark.parametrize("name", ["tiktok_ads__reports", "tiktok_ads__run_integrated_report"])
def test_the_sandbox_refuses_a_missing_scope_in_the_same_words(simulated: Any, name: str) -> None:
    ours = simulated(name, token=simulated.box.credentials.tiktok_token_without_reports)
    assert ours | {"request_id": ""} == recorded(name)["response"] | {"request_id": ""}
