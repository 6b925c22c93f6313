"""Returns and refunds: POST /return_refund/202602/returns/search."""

from rivage.streams._access import SHOP_RETURNS
from rivage.streams._tiktok_shop import CHANGED, MISSED
from rivage.streams.model import Column, Personal, PersonKey, Stream

STREAM = Stream(
    name="tiktok_shop__returns",
    connector="tiktok_shop",
    endpoint="return_refund/returns/search",
    doc="Returns, refunds and replacements with their amounts and units (Search Returns).",
    keys=("return_id",),
    window=CHANGED,
    lookback=MISSED,
    required=False,
    access=SHOP_RETURNS,
    options={"list": "return_orders"},
    personal=(
        Personal("return_tracking_number", "drop"),
        Personal("return_warehouse_address", "drop"),
    ),
    person=(PersonKey("order", "order_id"),),
    columns=(
        Column("return_id", required=True),
        Column("order_id", required=True),
        Column("return_type", required=True),
        Column("return_status", required=True),
        Column("role"),
        Column("return_reason"),
        Column("return_reason_text"),
        Column("create_time", type="BIGINT", required=True),
        Column("update_time", type="BIGINT", required=True),
        Column("currency", "refund_amount.currency"),
        Column("refund_total", "refund_amount.refund_total", number=True),
        Column("refund_subtotal", "refund_amount.refund_subtotal", number=True),
        Column("refund_shipping_fee", "refund_amount.refund_shipping_fee", number=True),
        Column("refund_tax", "refund_amount.refund_tax", number=True),
        Column("return_line_items", type="JSON", required=True),
    ),
)
