"""The shop: tokens, GraphQL selection, paging, cost, history."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
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
    box.settings.without_scopes = ["read_all_orders"]
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


def test_granted_scopes_are_told(graphql: Ask, box: Sandbox) -> None:
    query = "{ currentAppInstallation { accessScopes { handle } } }"

    def scopes() -> set[str]:
        rows = graphql(query)["data"]["currentAppInstallation"]["accessScopes"]
        return {row["handle"] for row in rows}

    assert {"read_orders", "read_all_orders", "read_products"} <= scopes()
    box.settings.without_scopes = ["read_all_orders"]
    assert "read_all_orders" not in scopes()


def test_customers_count_their_orders(graphql: Ask, box: Sandbox) -> None:
    query = """{ orders(first: 250, sortKey: CREATED_AT, query: "source_name:web") { nodes {
      test sourceName customer { id numberOfOrders } customerJourneySummary {
      ready customerOrderIndex } } } }"""
    seen: dict[str, list[dict[str, Any]]] = {}
    for one in graphql(query)["data"]["orders"]["nodes"]:
        if (
            one["sourceName"] == "web"
            and not one["test"]
            and one["customerJourneySummary"]["ready"]
        ):
            seen.setdefault(one["customer"]["id"], []).append(one)
    assert any(len(theirs) > 1 for theirs in seen.values())
    for theirs in seen.values():
        indexes = [one["customerJourneySummary"]["customerOrderIndex"] for one in theirs]
        assert indexes == list(range(1, len(theirs) + 1))
        assert all(int(one["customer"]["numberOfOrders"]) >= len(theirs) for one in theirs)


def test_several_codes_share_a_lines_discount(graphql: Ask, box: Sandbox) -> None:
    box.clock.advance(5)
    query = """{ orders(first: 250, reverse: true) { nodes { discountCodes
      totalDiscountsSet { shopMoney { amount } }
      lineItems(first: 10) { nodes { totalDiscountSet { shopMoney { amount } } discountAllocations {
      allocatedAmountSet { shopMoney { amount } } discountApplication { index } } } } } } }"""
    found = graphql(query)["data"]["orders"]["nodes"]
    stacked = [one for one in found if len(one["discountCodes"]) > 1]
    assert stacked
    for one in found:
        shares = [s for line in one["lineItems"]["nodes"] for s in line["discountAllocations"]]
        total = sum(float(s["allocatedAmountSet"]["shopMoney"]["amount"]) for s in shares)
        assert abs(total - float(one["totalDiscountsSet"]["shopMoney"]["amount"])) < 0.005
        # What a code took off is not in the line's own discount.
        lines = one["lineItems"]["nodes"]
        assert all(float(n["totalDiscountSet"]["shopMoney"]["amount"]) == 0 for n in lines)
        lines_of_codes = {s["discountApplication"]["index"] for s in shares}
        assert len(lines_of_codes) == len(one["discountCodes"])


def test_customers_pay_in_several_currencies(graphql: Ask, box: Sandbox) -> None:
    money = "shopMoney { amount currencyCode } presentmentMoney { amount currencyCode }"
    query = f"{{ orders(first: 250) {{ nodes {{ createdAt totalPriceSet {{ {money} }} }} }} }}"
    bags = [o["totalPriceSet"] for o in graphql(query)["data"]["orders"]["nodes"]]
    assert {bag["shopMoney"]["currencyCode"] for bag in bags} == {"EUR"}
    paid = {bag["presentmentMoney"]["currencyCode"] for bag in bags}
    assert {"EUR", "CHF"} < paid <= {"EUR", "CHF", "USD", "GBP"}


def test_a_third_of_web_orders_answer_the_survey(graphql: Ask) -> None:
    found = [one for one in orders(graphql) if one["sourceName"] == "web"]
    keys = ("how_did_you_hear", "Comment nous avez-vous connus ?")
    answers = [pair["value"] for one in found for pair in one["customAttributes"]
               if pair["key"] in keys]  # fmt: skip
    assert 0.25 < len(answers) / len(found) < 0.55
    assert {"TikTok", "Google"} <= set(answers)


BULK = 'mutation($q: String!) { bulkOperationRunQuery(query: $q) { bulkOperation { id status } ' \
       'userErrors { code message } } }'  # fmt: skip
LINES = "{ orders%s { edges { node { id name lineItems { edges { node { id sku } } } } } } }"
STATE = "query($id: ID!) { bulkOperation(id: $id) { status errorCode objectCount rootObjectCount " \
        "fileSize url partialDataUrl } }"  # fmt: skip


def run_bulk(ask: Ask, box: Sandbox, query: str) -> dict[str, Any]:
    box.settings.shopify_bulk_seconds = 0
    started = ask(BULK, q=query)["data"]["bulkOperationRunQuery"]
    assert started["userErrors"] == []
    while True:
        state = ask(STATE, id=started["bulkOperation"]["id"])["data"]["bulkOperation"]
        if state["status"] not in ("CREATED", "RUNNING"):
            return dict(state)
        time.sleep(0.02)


def test_a_bulk_operation_gives_unordered_lines_with_parents(
    graphql: Ask, client: TestClient, box: Sandbox
) -> None:
    state = run_bulk(graphql, box, LINES % "")
    text = client.get(state["url"]).text
    lines = [json.loads(line) for line in text.splitlines()]
    assert (state["status"], state["objectCount"]) == ("COMPLETED", str(len(lines)))
    roots = [line for line in lines if "__parentId" not in line]
    assert state["rootObjectCount"] == str(len(roots))
    assert {line["__parentId"] for line in lines if "__parentId" in line} <= {
        root["id"] for root in roots
    }
    assert roots != sorted(roots, key=lambda line: str(line["id"]))
    part = client.get(state["url"], headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.text) == (206, text.encode()[10:20].decode())
    assert part.headers["content-range"] == f"bytes 10-19/{state['fileSize']}"
    assert client.get(state["url"].partition("?")[0]).status_code == 403


def test_no_objects_give_no_url(graphql: Ask, box: Sandbox) -> None:
    state = run_bulk(graphql, box, LINES % '(query: "created_at:>2030-01-01")')
    assert (state["status"], state["objectCount"], state["url"]) == ("COMPLETED", "0", None)


def test_a_failed_bulk_operation_has_partial_data(
    graphql: Ask, client: TestClient, box: Sandbox
) -> None:
    box.settings.shopify_bulk_outcome = "FAILED"
    state = run_bulk(graphql, box, LINES % "")
    assert (state["status"], state["errorCode"]) == ("FAILED", "INTERNAL_SERVER_ERROR")
    assert state["url"] is None
    assert client.get(state["partialDataUrl"]).text
    box.settings.shopify_bulk_outcome = "SHORT"
    short = run_bulk(graphql, box, LINES % "")
    assert len(client.get(short["url"]).text.splitlines()) < int(short["objectCount"])


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("{ shop { name } }", "at least one connection"),
        ('{ node(id: "x") { id } }', "top level `node`"),
        (
            "{ orders { edges { node { id refunds { id refundLineItems { edges { node { "
            "quantity } } } } } } } }",
            "within a list field",
        ),
        ("{ orders { edges { node { name lineItems { edges { node { id } } } } } } }", "the 'id'"),
        ("{ orders { edges { node { id nonsense } } } }", "doesn't exist"),
        ("{ orders { nodes { id } } }", "edges"),
    ],
)
def test_some_queries_cannot_run_in_bulk(graphql: Ask, query: str, said: str) -> None:
    answer = graphql(BULK, q=query)["data"]["bulkOperationRunQuery"]
    assert answer["bulkOperation"] is None
    (problem,) = answer["userErrors"]
    assert problem["code"] == "INVALID"
    assert said in problem["message"]


def test_denied_fields_are_partial_errors(graphql: Ask, box: Sandbox) -> None:
    box.settings.shopify_denied_fields = ["email"]
    answer = graphql("{ orders(first: 2) { nodes { name email } } }")
    assert answer["data"]["orders"]["nodes"][0]["email"] is None
    assert answer["errors"][0]["extensions"]["code"] == "ACCESS_DENIED"
    assert answer["errors"][0]["path"] == ["orders", "nodes", 0, "email"]


@pytest.fixture
def rest(box: Sandbox, client: TestClient) -> Callable[..., Any]:
    def ask(path: str = "/admin/api/2026-10/orders.json", **params: Any) -> Any:
        headers = {"X-Shopify-Access-Token": box.credentials.shopify_access_token}
        return client.get(path, params=params, headers=headers)

    return ask


def test_rest_lists_open_orders_unless_asked(rest: Callable[..., Any]) -> None:
    some = rest(limit=250).json()["orders"]
    every = rest(limit=250, status="any").json()["orders"]
    assert 0 < len(some) < len(every) == 250
    assert not any(order["cancelled_at"] or order["closed_at"] for order in some)
    assert len(rest(status="any").json()["orders"]) == 50
    first = every[0]
    assert isinstance(first["id"], int)
    assert first["created_at"].endswith("+02:00")
    assert isinstance(first["total_price"], str)


def test_rest_pages_follow_the_link_header(rest: Callable[..., Any], client: TestClient) -> None:
    answer = rest(status="any", limit=100, order="updated_at asc", fields="id,updated_at")
    found, rels = answer.json()["orders"], []
    while "next" in answer.links:
        rels.append(set(answer.links))
        query = dict(parse_qsl(urlsplit(answer.links["next"]["url"]).query))
        assert set(query) == {"limit", "page_info"}
        answer = rest(**query, fields="id,updated_at")
        found += answer.json()["orders"]
    assert len({order["id"] for order in found}) == len(found)
    assert len(found) == len(client.get("/_sandbox/truth/orders").json())
    assert rels[0] == {"next"}
    assert rels[1] == {"next", "previous"}
    assert set(found[0]) == {"id", "updated_at"}


def test_rest_refuses_other_parameters_with_page_info(rest: Callable[..., Any]) -> None:
    link = rest(status="any", limit=50).links["next"]["url"]
    query = dict(parse_qsl(urlsplit(link).query))
    answer = rest(**query, status="any")
    assert answer.status_code == 400
    assert answer.json()["errors"] == "status cannot be passed when page_info is present."


def test_rest_has_a_leaky_bucket(rest: Callable[..., Any], box: Sandbox) -> None:
    box.settings.shopify_rest_bucket, box.settings.shopify_rest_leak = 2, 0.001
    answers = [rest(limit=1) for _ in range(3)]
    assert answers[0].headers["x-shopify-shop-api-call-limit"] == "1/2"
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2].headers["retry-after"] == "2.0"
    assert answers[2].json()["errors"].startswith("Exceeded")
