"""Parts of an order: money, codes, lines, refunds (contract: web.md 4.2, 4.5)."""

from __future__ import annotations

from typing import Any

from sandbox.shopify.order_table import FIRST_ID
from sandbox.shopify.select import Connection
from sandbox.world import brand
from sandbox.world.orders import CHF_PER_EUR, VAT, Orders
from sandbox.world.zones import iso_z


class Money:
    """Writes money bags in both currencies."""

    def __init__(self, swiss: bool) -> None:
        self.rate, self.currency = (CHF_PER_EUR, "CHF") if swiss else (1.0, "EUR")

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


def line_items(orders: Orders, row: int, money: Money) -> list[dict[str, Any]]:
    """Lines of an order."""
    items = []
    for line in range(orders.quantity.shape[1]):
        quantity = int(orders.quantity[row, line])
        if not quantity:
            continue
        product = brand.PRODUCTS[orders.product[row, line]]
        unit, discount = int(orders.price[row, line]), int(orders.discount[row, line])
        allocation = {"__typename": "DiscountAllocation", "allocatedAmountSet": money(discount),
                      "discountApplication": {"index": 0}}  # fmt: skip
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
                "discountedTotalSet": money(unit * quantity - discount),
                "totalDiscountSet": money(discount),
                "discountAllocations": [allocation] if discount else [],
                "product": {"__typename": "Product", "id": f"gid://shopify/Product/{line + 1}",
                            "title": product.title, "productType": product.category},
                "variant": {"__typename": "ProductVariant", "sku": product.item_id,
                            "id": f"gid://shopify/ProductVariant/{line + 1}"},
            }
        )  # fmt: skip
    return items


def refund_nodes(orders: Orders, row: int, now: int, money: Money) -> list[dict[str, Any]]:
    """Refunds that have happened by `now`, each on its own day."""
    found = []
    lines = line_items(orders, row, money)
    full = bool(orders.refund_full[row])
    first, second = int(orders.refund_cents[row]), int(orders.second_refund_cents[row])
    for nth, (at, cents) in enumerate(
        ((int(orders.refunded[row]), first), (int(orders.refunded_again[row]), second))
    ):
        if not 0 < at <= now:
            continue
        shipping = int(orders.shipping[row]) if full and nth == 0 else 0
        chosen = lines if full and nth == 0 else lines[nth : nth + 1]
        refunded_lines = []
        for one in chosen:
            quantity = one["quantity"] if full or nth else 1
            whole = cents_of(one["discountedTotalSet"])
            subtotal = whole if full or nth else cents
            refunded_lines.append(
                {"__typename": "RefundLineItem", "quantity": quantity, "lineItem": one,
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
                "orderAdjustments": Connection([]),
                "refundShippingLines": Connection(
                    [{"__typename": "RefundShippingLine", "id": f"gid://shopify/RSL/{number}",
                      "subtotalAmountSet": money(shipping),
                      "taxAmountSet": money(round(shipping * VAT / (100 + VAT)))}]
                    if shipping else []
                ),
                "transactions": Connection([transaction(number, "REFUND", cents, at, money)]),
            }
        )  # fmt: skip
    return found


def transaction(number: int, kind: str, cents: int, at: int, money: Money) -> dict[str, Any]:
    """A payment or refund transaction."""
    return {"__typename": "OrderTransaction", "id": f"gid://shopify/OrderTransaction/{number}",
            "kind": kind, "status": "SUCCESS", "gateway": "shopify_payments",
            "processedAt": iso_z(at), "createdAt": iso_z(at),
            "amountSet": money(cents)}  # fmt: skip
