"""The shop: tokens, GraphQL selection, paging, cost, history."""

from __future__ import annotations

from typing import Any

from fastapi.testclient import TestClient

from sandbox.state import Sandbox
from tests.sandbox.conftest import Ask

PAGE = """query Orders($first: Int!, $after: String, $query: String) {
  orders(first: $first, after: $after, sortKey: UPDATED_AT, query: $query) {
    edges { cursor node { ...Facts } }
    pageInfo { hasNextPage endCursor }
  }
}
fragment Facts on Order { name updatedAt createdAt test }"""
ALL = """{ orders(first: 250) { nodes { name test cancelledAt sourceName discountCodes
  presentmentCurrencyCode displayFinancialStatus edited
  currentTotalPriceSet { shopMoney { amount } }
  totalPriceSet { shopMoney { amount currencyCode } presentmentMoney { amount currencyCode } }
  totalRefundedSet { shopMoney { amount } } customAttributes { key value }
  refunds { createdAt totalRefundedSet { shopMoney { amount } }
    transactions(first: 5) { nodes { kind } }
    refundLineItems(first: 10) { nodes { quantity subtotalSet { shopMoney { amount } } } } }
  discountApplications(first: 5) { nodes { __typename ... on DiscountCodeApplication { code } } }
} } }"""


def orders(ask: Ask) -> list[dict[str, Any]]:
    return list(ask(ALL)["data"]["orders"]["nodes"])


def test_paging_by_update_gives_each_order_once(graphql: Ask, client: TestClient) -> None:
    found: list[dict[str, Any]] = []
    after = None
    while True:
        page = graphql(PAGE, first=50, after=after, query=None)["data"]["orders"]
        found += [edge["node"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    truth = client.get("/_sandbox/truth/orders").json()
    assert sorted(one["name"] for one in found) == sorted(one["name"] for one in truth)
    updates = [one["updatedAt"] for one in found]
    assert updates == sorted(updates)
    assert set(found[0]) == {"name", "updatedAt", "createdAt", "test"}


def test_query_terms_are_combined(graphql: Ask) -> None:
    query = "updated_at:>='2026-09-10T00:00:00Z' AND updated_at:<'2026-09-12T00:00:00Z' test:false"
    found = graphql(PAGE, first=250, query=query)["data"]["orders"]["edges"]
    assert found
    assert all("2026-09-10" <= e["node"]["updatedAt"][:10] <= "2026-09-11" for e in found)
    one = graphql(PAGE, first=5, query="name:#1005")["data"]["orders"]["edges"]
    assert [edge["node"]["name"] for edge in one] == ["#1005"]
    cancelled = graphql(PAGE, first=250, query="status:cancelled")["data"]["orders"]["edges"]
    assert 0 < len(cancelled) < 40


def test_every_kind_of_order_exists(graphql: Ask) -> None:
    found = orders(graphql)
    assert {one["sourceName"] for one in found} == {"web", "pos", "shopify_draft_order"}
    assert any(one["test"] for one in found)
    assert any(one["cancelledAt"] for one in found)
    assert any(one["presentmentCurrencyCode"] == "CHF" for one in found)
    codes = [code for one in found for code in one["discountCodes"]]
    assert any(code != code.upper() for code in codes)
    assert any(code.upper() == "LEA10" for code in codes)
    assert {"PAID", "REFUNDED", "PARTIALLY_REFUNDED", "VOIDED"} <= {
        one["displayFinancialStatus"] for one in found
    }


def test_refunds_reconcile_with_the_order(graphql: Ask) -> None:
    refunded = [one for one in orders(graphql) if one["refunds"]]
    assert refunded
    for order in refunded:
        parts = [float(r["totalRefundedSet"]["shopMoney"]["amount"]) for r in order["refunds"]]
        total = float(order["totalRefundedSet"]["shopMoney"]["amount"])
        assert abs(sum(parts) - total) < 0.005
        assert order["refunds"][0]["transactions"]["nodes"] == [{"kind": "REFUND"}]
        assert order["refunds"][0]["refundLineItems"]["nodes"]
        if order["displayFinancialStatus"] == "REFUNDED":
            assert float(order["currentTotalPriceSet"]["shopMoney"]["amount"]) == 0


def test_a_refund_is_unseen_before_its_time(graphql: Ask, box: Sandbox) -> None:
    def total() -> float:
        return sum(float(o["totalRefundedSet"]["shopMoney"]["amount"]) for o in orders(graphql))

    before = total()
    box.clock.advance(10)
    assert total() > before


def test_the_journey_is_not_ready_at_first(graphql: Ask, box: Sandbox) -> None:
    made = box.world.orders(10)
    row = int((made.visit >= 0).nonzero()[0][3])
    query = """query($q: String) { orders(first: 1, query: $q) { nodes { customerJourneySummary {
      ready momentsCount { count } moments(first: 50) { nodes { ... on CustomerVisit {
      occurredAt landingPage source utmParameters { source campaign } } } } } } } }"""

    def summary() -> dict[str, Any]:
        found = graphql(query, q=f"name:#{int(made.number[row])}")["data"]["orders"]["nodes"]
        return dict(found[0]["customerJourneySummary"])

    box.clock.epoch = int(made.created[row]) + 30
    assert summary() == {"ready": False, "momentsCount": None, "moments": None}
    box.clock.advance(1)
    later = summary()
    assert later["ready"] is True
    assert later["momentsCount"]["count"] == len(later["moments"]["nodes"])


def test_personal_fields_are_there_to_be_dropped(graphql: Ask) -> None:
    query = """{ orders(first: 50, query: "test:false") { nodes { email phone clientIp
      customer { firstName email } shippingAddress { address1 } billingAddress { zip } } } }"""
    assert any(o["customer"] and o["email"] for o in graphql(query)["data"]["orders"]["nodes"])


def test_the_shop_states_its_zone(graphql: Ask) -> None:
    shop = graphql("{ s: shop { ianaTimezone currencyCode name myshopifyDomain } }")["data"]["s"]
    assert shop["ianaTimezone"] == "Europe/Paris"


def test_unknown_fields_are_errors(graphql: Ask) -> None:
    answer = graphql("{ orders(first: 1) { nodes { nonsense } } }")
    assert "Field 'nonsense' doesn't exist on type 'Order'" in answer["errors"][0]["message"]
    assert "errors" in graphql("{ orders(first: 251) { nodes { id } } }")
    assert "errors" in graphql("{ orders(first: 1) { nodes { id }")


def test_cost_is_charged_and_throttles_with_http_200(graphql: Ask, box: Sandbox) -> None:
    first = graphql(PAGE, first=100)["extensions"]["cost"]
    assert 0 < first["actualQueryCost"] <= first["requestedQueryCost"]
    box.settings.shopify_bucket, box.settings.shopify_restore_rate = 15.0, 0.0001
    answers = [graphql(PAGE, first=100) for _ in range(4)]
    refused = [one for one in answers if "errors" in one]
    assert refused[0]["errors"][0]["extensions"]["code"] == "THROTTLED"
    assert "data" not in refused[0]
    assert refused[0]["extensions"]["cost"]["actualQueryCost"] is None


def test_orders_older_than_60_days_need_a_scope(graphql: Ask, box: Sandbox) -> None:
    box.clock.advance(50)
    query = "{ orders(first: 1, sortKey: CREATED_AT) { nodes { name } } }"
    assert graphql(query)["data"]["orders"]["nodes"] == [{"name": "#1001"}]
    box.settings.shopify_read_all_orders = False
    assert graphql(query)["data"]["orders"]["nodes"] != [{"name": "#1001"}]


def test_tokens_and_versions(client: TestClient, box: Sandbox) -> None:
    known = box.credentials
    form = {"grant_type": "client_credentials", "client_id": known.shopify_client_id,
            "client_secret": known.shopify_client_secret}  # fmt: skip
    token = client.post("/admin/oauth/access_token", data=form).json()
    assert token["expires_in"] == 86399
    headers = {"X-Shopify-Access-Token": token["access_token"]}
    ask = {"query": "{ shop { name } }"}
    old = client.post("/admin/api/2024-01/graphql.json", json=ask, headers=headers)
    assert old.json()["data"] == {"shop": {"name": "Atelier Rivage"}}
    assert old.headers["X-Shopify-API-Version"] == "2026-01"
    wrong = client.post("/admin/api/2026-10/graphql.json", json=ask)
    assert wrong.status_code == 401
    assert client.post("/admin/oauth/access_token", data=form | {"client_id": "x"}).status_code == (
        401
    )
