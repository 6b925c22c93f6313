"""Orders with lines, discounts and refunds: the back office's truth (Admin GraphQL)."""

from rivage.streams.model import Changes, Column, Lookback, Personal, Stream

_MONEY = "{ shopMoney { amount currencyCode } presentmentMoney { amount currencyCode } }"
_VISIT = (
    "{ landingPage referrerUrl source sourceType occurredAt "
    "utmParameters { campaign content medium source term } }"
)

NODE = f"""
id legacyResourceId name createdAt processedAt updatedAt cancelledAt cancelReason test
displayFinancialStatus currencyCode presentmentCurrencyCode sourceName email
totalPriceSet {_MONEY} subtotalPriceSet {_MONEY} totalDiscountsSet {_MONEY}
totalTaxSet {_MONEY} totalShippingPriceSet {_MONEY} currentTotalPriceSet {_MONEY}
totalRefundedSet {_MONEY} discountCodes tags
customAttributes {{ key value }}
customer {{ id numberOfOrders }}
customerJourneySummary {{ ready customerOrderIndex daysToConversion
  firstVisit {_VISIT} lastVisit {_VISIT} }}
refunds {{ id createdAt processedAt totalRefundedSet {_MONEY} }}
lineItems(first: 20) {{
  nodes {{ id sku name quantity product {{ id }} originalUnitPriceSet {_MONEY}
    discountedTotalSet {_MONEY} }}
  pageInfo {{ hasNextPage }} }}
"""

STREAM = Stream(
    name="shopify__orders",
    connector="shopify",
    endpoint="orders",
    doc="Back-office orders with lines, discount codes, refunds and the shop's own visit data.",
    keys=("id",),
    window=Changes(
        cursor="updatedAt",
        day="cast(timezone('{zone}', cast(updatedAt as timestamptz)) as date)",
        days_per_request=30,
    ),
    lookback=Lookback(
        2,
        "The customer journey of an order is filled in after the order, and an order can "
        "change while its window is being read.",
    ),
    options={"node": NODE},
    personal=(Personal("email", "hash"), Personal("customer.email", "drop")),
    columns=(
        Column("id", required=True),
        Column("legacyResourceId", required=True),
        Column("name", required=True),
        Column("createdAt", required=True),
        Column("processedAt", required=True),
        Column("updatedAt", required=True),
        Column("cancelledAt"),
        Column("cancelReason"),
        Column("test", type="BOOLEAN", required=True),
        Column("displayFinancialStatus"),
        Column("currencyCode", required=True),
        Column("presentmentCurrencyCode"),
        Column("sourceName"),
        Column("email_sha256", "email"),
        Column("totalPriceSet", type="JSON", required=True),
        Column("subtotalPriceSet", type="JSON"),
        Column("totalDiscountsSet", type="JSON"),
        Column("totalTaxSet", type="JSON"),
        Column("totalShippingPriceSet", type="JSON"),
        Column("currentTotalPriceSet", type="JSON"),
        Column("totalRefundedSet", type="JSON"),
        Column("discountCodes", type="JSON"),
        Column("tags", type="JSON"),
        Column("customAttributes", type="JSON"),
        Column("customer", type="JSON"),
        Column("customerJourneySummary", type="JSON"),
        Column("refunds", type="JSON", required=True),
        Column("lineItems", type="JSON"),
    ),
)
