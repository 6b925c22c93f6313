"""Faults of the back office's orders."""

from __future__ import annotations

from collections.abc import Callable

from bench.faults import fault
from bench.planting import Plot, Record

ORDERS = "shopify__orders"


def money(amount: float, currency: str = "EUR") -> dict[str, dict[str, str]]:
    """A Shopify MoneyBag."""
    one = {"amount": f"{amount:.2f}", "currencyCode": currency}
    return {"shopMoney": one, "presentmentMoney": one}


def total(order: Record) -> float:
    return float(order["totalPriceSet"]["shopMoney"]["amount"])


def _orders(plot: Plot, change: Callable[[Record], object], every: int = 1) -> None:
    def changed(records: list[Record]) -> list[Record]:
        records.sort(key=lambda order: str(order["id"]))
        for order in records[::every]:
            change(order)
        return records

    plot.resend(ORDERS, changed)


@fault("orders without lines", "every order of the day without its lines", (ORDERS,),
       "kpi_shop_daily", "every order has a line", "critical")  # fmt: skip
def _(plot: Plot) -> None:
    _orders(plot, lambda order: order["lineItems"].update(nodes=[]))


@fault("orders in cents", "totals of the day's orders times a hundred", (ORDERS,),
       "kpi_business_daily", "gross_revenue of a new day", "critical")  # fmt: skip
def _(plot: Plot) -> None:
    _orders(plot, lambda order: order.update(totalPriceSet=money(total(order) * 100)))


@fault("future dates", "every third order processed in a year to come", (ORDERS,),
       "ops_quarantine_daily", "set apart", "warning")  # fmt: skip
def _(plot: Plot) -> None:
    _orders(plot, lambda order: order.update(processedAt="2031-01-01T10:00:00Z"), every=3)


@fault("order of an unknown currency", "one order in a currency without a rate", (ORDERS,),
       "(build)", "No exchange rate from XXX", "critical")  # fmt: skip
def _(plot: Plot) -> None:
    _orders(plot, lambda order: order.update(currencyCode="XXX"), every=1_000)


@fault("refund above its order", "some orders refunded ten times over", (ORDERS,),
       "ops_quarantine_daily", "gives back more than", "warning")  # fmt: skip
def _(plot: Plot) -> None:
    def change(order: Record) -> None:
        refund = {"id": f"{order['id']}-refund", "createdAt": order["processedAt"],
                  "processedAt": order["processedAt"], "totalRefundedSet": money(10 * total(order)),
                  "refundLineItems": {"nodes": []}, "refundShippingLines": {"nodes": []},
                  "orderAdjustments": {"nodes": []}}  # fmt: skip
        order["refunds"] = [*order["refunds"], refund]

    _orders(plot, change, every=20)


@fault("orders collapsed", "nine of ten orders of the day missing", (ORDERS,),
       "kpi_business_daily", "gross_revenue of a new day", "critical")  # fmt: skip
def _(plot: Plot) -> None:
    plot.resend(ORDERS, lambda records: records[::10])


@fault("price ten times", "one product's price of the day times ten", (ORDERS,),
       "kpi_product_daily", "price", "warning")  # fmt: skip
def _(plot: Plot) -> None:
    def change(order: Record) -> None:
        for line in order["lineItems"]["nodes"]:
            if line["sku"] == "AR-SER-01":
                price = float(line["originalUnitPriceSet"]["shopMoney"]["amount"])
                line["originalUnitPriceSet"] = money(10 * price)
                more = 9 * price * line["quantity"]
                order["totalPriceSet"] = money(total(order) + more)

    _orders(plot, change)
