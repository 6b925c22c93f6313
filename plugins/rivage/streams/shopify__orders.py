"""Orders with lines, discounts and refunds: the back office's truth (Admin GraphQL)."""

from rivage.streams.model import Changes, Column, Lookback, Personal, PersonKey, Stream

_MONEY = "{ shopMoney { amount currencyCode } presentmentMoney { amount currencyCode } }"
_VISIT = (
    "{ landingPage referrerUrl referralCode source sourceType occurredAt "
    "utmParameters { campaign content medium source term } }"
)
# Of the address only what tells the region; names, streets and phones are never asked for.
FIELDS = f"""
id legacyResourceId name number createdAt processedAt updatedAt cancelledAt cancelReason closed
confirmed edited test displayFinancialStatus currencyCode presentmentCurrencyCode
sourceName sourceIdentifier registeredSourceUrl email
totalPriceSet {_MONEY} subtotalPriceSet {_MONEY} totalDiscountsSet {_MONEY}
totalTaxSet {_MONEY} totalShippingPriceSet {_MONEY} currentTotalPriceSet {_MONEY}
totalRefundedSet {_MONEY}
discountCode discountCodes tags paymentGatewayNames
customAttributes {{ key value }}
shippingAddress {{ countryCodeV2 zip city }}
customer {{ id numberOfOrders }}
landingPageUrl referrerUrl
customerJourneySummary {{ ready customerOrderIndex daysToConversion
  firstVisit {_VISIT} lastVisit {_VISIT} }}
refunds {{ id createdAt processedAt totalRefundedSet {_MONEY} }}
"""
_LINE = f"""id sku name quantity currentQuantity product {{ id }} variant {{ id }}
originalUnitPriceSet {_MONEY} discountedTotalSet {_MONEY}
discountAllocations {{ allocatedAmountSet {_MONEY} discountApplication {{ index }} }}"""
_APPLICATION = """__typename index allocationMethod targetType targetSelection
... on DiscountCodeApplication { code }
value { __typename ... on PricingPercentageValue { percentage } ... on MoneyV2 {
amount currencyCode } }"""
_REFUNDED_LINE = f"""quantity restockType lineItem {{ id sku product {{ id }} variant {{ id }} }}
subtotalSet {_MONEY} totalTaxSet {_MONEY}"""

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
        "The customer journey of an order is filled in after the order without changing it, and "
        "an order can change while its window is being read.",
    ),
    options={
        "fields": FIELDS,
        "lists": {
            "lineItems": {"first": 10, "type": "LineItem", "node": _LINE},
            "discountApplications": {
                "first": 5,
                # Automatic…, Manual…, DiscountCode…, Script…: they have no id of their own.
                "type": "Application",
                "node": _APPLICATION,
            },
        },
        # Read for orders with refunds only: lists within a list can't be read in bulk, and
        # would make every page of orders dear.
        "refund": {
            "fields": f"id createdAt processedAt updatedAt totalRefundedSet {_MONEY}",
            "lists": {
                "refundLineItems": {"first": 50, "node": _REFUNDED_LINE},
                "refundShippingLines": {
                    "first": 10,
                    "node": f"subtotalAmountSet {_MONEY} taxAmountSet {_MONEY}",
                },
                "orderAdjustments": {
                    "first": 20,
                    "node": f"id reason amountSet {_MONEY} taxAmountSet {_MONEY}",
                },
            },
        },
    },
    personal=(Personal("email", "hash"), Personal("customer.email", "drop")),
    person=(
        PersonKey("email", "email_sha256"),
        PersonKey("customer", "customer->>'$.id'"),
        PersonKey("order", "id"),
        PersonKey("order", "legacyResourceId", finds=False),
        PersonKey("order", "name", finds=False),
        PersonKey("order", "ltrim(name, '#')", finds=False),
    ),
    columns=(
        Column("id", required=True),
        Column("legacyResourceId", required=True),
        Column("name", required=True),
        Column("number", type="BIGINT"),
        Column("createdAt", required=True),
        Column("processedAt", required=True),
        Column("updatedAt", required=True),
        Column("cancelledAt"),
        Column("cancelReason"),
        Column("closed", type="BOOLEAN"),
        Column("confirmed", type="BOOLEAN"),
        Column("edited", type="BOOLEAN"),
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
        Column("discountApplications", type="JSON"),
        Column("tags", type="JSON"),
        Column("paymentGatewayNames", type="JSON"),
        Column("customAttributes", type="JSON"),
        Column("shippingAddress", type="JSON"),
        Column("customer", type="JSON"),
        Column("landingPageUrl"),
        Column("referrerUrl"),
        Column("customerJourneySummary", type="JSON"),
        Column("refunds", type="JSON", required=True),
        Column("lineItems", type="JSON"),
    ),
)
