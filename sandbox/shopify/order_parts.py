"""Parts of an order: money, codes, lines, refunds (contract: web.md 4.2, 4.5)."""

from __future__ import annotations

from typing import Any

from sandbox.ecb.rates import rate_in_force
from sandbox.shopify.order_table import FIRST_ID
from sandbox.shopify.products import product_id, variant_id
from sandbox.shopify.select import Connection
from sandbox.state import Sandbox
from sandbox.world import brand
from sandbox.world.draws import uniform
from sandbox.world.orders import VAT, WEB, Orders
from sandbox.world.zones import iso_z

TOURISTS = 0.012  # share of French web orders paid in dollars or pounds
CONVERSION_FEE = 0.015  # what the shop adds to the market rate
GOODWILL = 150  # cents on top of some refunds


class Money:
    """Writes money bags in the shop's currency and the customer's."""

    def __init__(self, currency: str = "EUR", rate: float = 1.0) -> None:
        self.currency, self.rate = currency, rate

    @classmethod
    def of(cls, box: Sandbox, orders: Orders, row: int) -> Money:
        """The customer's currency at the rate of the order's day, with the shop's fee."""
        currency = "CHF" if orders.swiss[row] else "EUR"
        abroad = uniform(orders.key[row : row + 1], "tourist")[0]
        if orders.source[row] == WEB and orders.country[row] == 0 and abroad < TOURISTS:
            currency = "USD" if abroad < TOURISTS * 0.6 else "GBP"
        if currency == "EUR":
            return cls()
        config = box.world.config
        rate = rate_in_force(config.seed, currency, config.day(orders.day))
        return cls(currency, rate * (1 + CONVERSION_FEE))

    def __call__(self, cents: int) -> dict[str, Any]:
        return {
            "__typename": "MoneyBag",
            "shopMoney": {"__typename": "MoneyV2", "amount": f"{cents / 100:.2f}",
                          "currencyCode": "EUR"},
            "presentmentMoney": {"__typename": "MoneyV2",
                                 "amount": f"{cents / 100 * self.rate:.2f}",
                                 "currencyCode": self.currency},
        }  # fmt: skip


def cents_of(bag: dict[str, Any]) -> int:
    """Shop cents of a money bag."""
    return round(float(bag["shopMoney"]["amount"]) * 100)


def codes_of(orders: Orders, row: int) -> list[str]:
    """Discount codes as the customer typed them."""
    found = []
    for column in (orders.code, orders.second_code):
        if column[row] >= 0:
            text = brand.CODES[column[row]]
            case = orders.code_case[row]
            found.append(text.lower() if case == 1 else text.capitalize() if case == 2 else text)
    return found


def _allocations(orders: Orders, row: int, line: int, money: Money) -> list[dict[str, Any]]:
    """The line's discount, split over the codes by their rates; the last takes the rest."""
    codes = [int(c[row]) for c in (orders.code, orders.second_code) if c[row] >= 0]
    left = int(orders.discount[row, line])
    if not left:
        return []
    rates = [float(brand.CODE_RATES[code]) for code in codes]
    found = []
    for index, rate in enumerate(rates):
        share = round(int(orders.discount[row, line]) * rate / sum(rates))
        cents = left if index == len(rates) - 1 else share
        left -= cents
        found.append({"__typename": "DiscountAllocation", "allocatedAmountSet": money(cents),
                      "discountApplication": {"index": index}})  # fmt: skip
    return found


def line_items(orders: Orders, row: int, money: Money) -> list[dict[str, Any]]:
    """Lines of an order."""
    items = []
    for line in range(orders.quantity.shape[1]):
        quantity = int(orders.quantity[row, line])
        if not quantity:
            continue
        position = int(orders.product[row, line])
        product = brand.PRODUCTS[position]
        unit, discount = int(orders.price[row, line]), int(orders.discount[row, line])
        number = int(orders.number[row]) * 10 + line
        items.append(
            {
                "__typename": "LineItem",
                "id": f"gid://shopify/LineItem/{FIRST_ID + number}",
                "name": product.title,
                "title": product.title,
                "sku": product.item_id,
                "quantity": quantity,
                "currentQuantity": quantity,
                "originalUnitPriceSet": money(unit),
                "originalTotalSet": money(unit * quantity),
                "discountedTotalSet": money(unit * quantity),
                "totalDiscountSet": money(0),
                "discountAllocations": _allocations(orders, row, line, money),
                "_net": unit * quantity - discount,
                "product": {"__typename": "Product", "id": product_id(position),
                            "title": product.title, "productType": product.category},
                "variant": {"__typename": "ProductVariant", "sku": product.item_id,
                            "id": variant_id(position)},
            }
        )  # fmt: skip
    return items


def refund_nodes(orders: Orders, row: int, now: int, money: Money) -> list[dict[str, Any]]:
    """Refunds that have happened by `now`, each on its own day."""
    found = []
    lines = line_items(orders, row, money)
    full = bool(orders.refund_full[row])
    kind = uniform(orders.key[row : row + 1], "goodwill")[0]
    first, second = int(orders.refund_cents[row]), int(orders.second_refund_cents[row])
    for nth, (at, cents) in enumerate(
        ((int(orders.refunded[row]), first), (int(orders.refunded_again[row]), second))
    ):
        if not 0 < at <= now:
            continue
        whole = full and nth == 0
        shipping = int(orders.shipping[row]) if whole else 0
        extra = GOODWILL if not full and kind < 0.2 and cents > GOODWILL else 0
        refunded_lines = []
        for one in lines if whole else lines[nth : nth + 1]:
            subtotal = one["_net"] if full or nth else cents
            subtotal -= extra
            refunded_lines.append(
                {"__typename": "RefundLineItem", "lineItem": one,
                 "quantity": one["quantity"] if full or nth else 1,
                 "restockType": "RETURN", "subtotalSet": money(subtotal),
                 "totalTaxSet": money(round(subtotal * VAT / (100 + VAT)))}
            )  # fmt: skip
        number = FIRST_ID + int(orders.number[row]) * 10 + nth
        found.append(
            {
                "__typename": "Refund",
                "id": f"gid://shopify/Refund/{number}",
                "legacyResourceId": str(number),
                "createdAt": iso_z(at),
                "processedAt": iso_z(at),
                "updatedAt": iso_z(at),
                "note": None,
                "totalRefundedSet": money(cents),
                "refundLineItems": Connection(refunded_lines),
                # Money given back beyond the lines has a negative sign here.
                "orderAdjustments": Connection(
                    [_adjustment(number, -extra, money)] if extra else []
                ),
                "refundShippingLines": Connection(
                    [{"__typename": "RefundShippingLine",
                      "id": f"gid://shopify/RefundShippingLine/{number}",
                      "subtotalAmountSet": money(shipping),
                      "taxAmountSet": money(round(shipping * VAT / (100 + VAT)))}]
                    if shipping else []
                ),
                "transactions": Connection([transaction(number, "REFUND", cents, at, money)]),
            }
        )  # fmt: skip
    return found


def _adjustment(number: int, cents: int, money: Money) -> dict[str, Any]:
    return {"__typename": "OrderAdjustment", "id": f"gid://shopify/OrderAdjustment/{number}",
            "reason": "REFUND_DISCREPANCY", "amountSet": money(cents),
            "taxAmountSet": money(0)}  # fmt: skip


def transaction(number: int, kind: str, cents: int, at: int, money: Money) -> dict[str, Any]:
    """A payment or refund transaction."""
    return {"__typename": "OrderTransaction", "id": f"gid://shopify/OrderTransaction/{number}",
            "kind": kind, "status": "SUCCESS", "gateway": "shopify_payments",
            "processedAt": iso_z(at), "createdAt": iso_z(at),
            "amountSet": money(cents)}  # fmt: skip
