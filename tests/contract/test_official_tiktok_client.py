"""The ad platform's own Python client works against the sandbox; only the host is ours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.simulated import Sandbox, sandbox

business_api_client = pytest.importorskip(
    "business_api_client", reason="2026-11-24: an environment older than its entry in dev.in"
)
tiktok_exceptions = pytest.importorskip("business_api_client.tiktok_business.tiktok_exceptions")

MAIN = "7412083911600873473"


@pytest.fixture(scope="module")
def brand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with sandbox(tmp_path_factory.mktemp("official") / "sandbox") as running:
        running.control("PUT", "settings", {"tiktok_qps": 0})
        yield running


@pytest.fixture
def client(brand: Sandbox) -> Any:
    configuration = business_api_client.Configuration()
    configuration.host = brand.url
    return business_api_client.ApiClient(configuration)


@pytest.fixture
def token(brand: Sandbox) -> str:
    return brand.env["RIVAGE_TIKTOK_ADS_ACCESS_TOKEN"]


def test_it_finds_the_granted_advertisers(client: Any, brand: Sandbox, token: str) -> None:
    api = business_api_client.AuthenticationApi(client)
    answer = api.oauth2_advertiser_get(
        brand.env["RIVAGE_TIKTOK_ADS_APP_ID"], brand.env["RIVAGE_TIKTOK_ADS_APP_SECRET"], token
    )
    assert MAIN in {one["advertiser_id"] for one in answer["data"]["list"]}


def test_it_reads_an_advertiser(client: Any, token: str) -> None:
    # This release has no method for the endpoint; its general one builds the request.
    answer = client.call_api(
        "/open_api/v1.3/advertiser/info/", "GET",
        query_params=[("advertiser_ids", [MAIN])], header_params={"Access-Token": token},
        collection_formats={"advertiser_ids": "multi"}, response_type="InlineResponse200",
        _return_http_data_only=True,
    )  # fmt: skip
    (found,) = answer["data"]["list"]
    assert (found["advertiser_id"], found["currency"]) == (MAIN, "EUR")


@pytest.mark.parametrize(
    ("group", "verb", "key"),
    [
        ("CampaignCreationApi", "campaign_get", "campaign_id"),
        ("AdgroupApi", "adgroup_get", "adgroup_id"),
        ("AdApi", "ad_get", "ad_id"),
    ],
)
def test_it_reads_every_entity_page_by_page(
    client: Any, token: str, group: str, verb: str, key: str
) -> None:
    get = getattr(getattr(business_api_client, group)(client), verb)
    first = get(MAIN, token, page=1, page_size=3)["data"]
    assert len(first["list"]) == 3
    numbers = range(2, first["page_info"]["total_page"] + 1)
    pages = [first, *(get(MAIN, token, page=n, page_size=3)["data"] for n in numbers)]
    ids = [one[key] for page in pages for one in page["list"]]
    assert len(ids) == len(set(ids)) == first["page_info"]["total_number"]
    assert all(isinstance(one, str) for one in ids)


@pytest.mark.parametrize(
    ("kind", "by", "metrics"),
    [
        ("BASIC", [], ["spend", "reach", "complete_payment"]),
        ("AUDIENCE", ["age", "gender"], ["spend", "clicks"]),
    ],
)
def test_it_reads_reports(
    client: Any, token: str, kind: str, by: list[str], metrics: list[str]
) -> None:
    dimensions = ["campaign_id", "stat_time_day", *by]
    answer = business_api_client.ReportingApi(client).report_integrated_get(
        MAIN, kind, dimensions, token, data_level="AUCTION_CAMPAIGN", metrics=metrics,
        start_date="2026-09-20", end_date="2026-09-22", page=1, page_size=1000,
    )  # fmt: skip
    found = answer["data"]["list"]
    assert found
    for row in found:
        assert list(row["dimensions"]) == dimensions
        assert list(row["metrics"]) == metrics
        assert all(isinstance(value, str) for value in row["metrics"].values())


def test_it_shows_the_platform_s_own_refusals(client: Any) -> None:
    with pytest.raises(tiktok_exceptions.TiktokSDKError, match="40105"):
        business_api_client.AdApi(client).ad_get(MAIN, "no such token")
