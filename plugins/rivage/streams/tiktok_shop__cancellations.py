"""Cancellations: POST /return_refund/202602/cancellations/search."""

from rivage.streams._access import SHOP_RETURNS
from rivage.streams._tiktok_shop import CHANGED, MISSED
from rivage.streams.model import Column, PersonKey, Stream

STREAM = Stream(
    name="tiktok_shop__cancellations",
    connector="tiktok_shop",
    endpoint="return_refund/cancellations/search",
    doc="Cancellations by buyer, seller or system, with what is paid back (Search Cancellations).",
    keys=("cancel_id",),
    window=CHANGED,
    lookback=MISSED,
    required=False,
    access=SHOP_RETURNS,
    options={"list": "cancellations"},
    person=(PersonKey("order", "order_id"),),
    columns=(
        Column("cancel_id", required=True),
        Column("order_id", required=True),
        Column("cancel_type"),
        Column("cancel_status", required=True),
        Column("role"),
        Column("cancel_reason"),
        Column("cancel_reason_text"),
        Column("create_time", type="BIGINT", required=True),
        Column("update_time", type="BIGINT", required=True),
        Column("currency", "refund_amount.currency"),
        Column("refund_total", "refund_amount.refund_total", number=True),
        Column("refund_shipping_fee", "refund_amount.refund_shipping_fee", number=True),
        Column("cancel_line_items", type="JSON"),
    ),
)
