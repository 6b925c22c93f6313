"""TikTok Shop orders: POST /order/202309/orders/search."""

from rivage.streams._tiktok_shop import CHANGED, MISSED
from rivage.streams.model import Column, Personal, PersonKey, Stream

# Of the address only the region code stays; masked values still tell people apart.
_ADDRESS = (
    "name", "first_name", "last_name", "first_name_local_script", "last_name_local_script",
    "phone_number", "full_address", "address_detail", "address_line1", "address_line2",
    "address_line3", "address_line4", "postal_code", "post_town", "district_info",
    "delivery_preferences",
)  # fmt: skip
# Free text, pictures, tax numbers, and parcel numbers that a carrier's site resolves.
_DROPPED = (
    "buyer_nickname", "buyer_message", "buyer_avatar", "seller_note", "cpf", "cpf_name",
    "tracking_number", "line_items.*.tracking_number",
)  # fmt: skip

STREAM = Stream(
    name="tiktok_shop__orders",
    connector="tiktok_shop",
    endpoint="order/orders/search",
    doc="TikTok Shop orders with payment and one line item per unit (Order API, Get Order List).",
    keys=("id",),
    window=CHANGED,
    lookback=MISSED,
    required=False,
    stands_in_for="shopify__orders",
    options={"list": "orders"},
    personal=(
        Personal("buyer_email", "hash"),
        Personal("user_id", "hash"),
        *(Personal(path, "drop") for path in _DROPPED),
        *(Personal(f"recipient_address.{name}", "drop") for name in _ADDRESS),
    ),
    person=(
        PersonKey("email", "buyer_email_sha256"),
        PersonKey("customer", "user_id_sha256"),
        PersonKey("order", "id"),
    ),
    columns=(
        Column("id", required=True),
        Column("status", required=True),
        Column("create_time", type="BIGINT", required=True),
        Column("update_time", type="BIGINT", required=True),
        Column("paid_time", type="BIGINT"),
        Column("rts_time", type="BIGINT"),
        Column("collection_time", type="BIGINT"),
        Column("delivery_time", type="BIGINT"),
        Column("cancel_time", type="BIGINT"),
        Column("cancel_reason"),
        Column("cancellation_initiator"),
        Column("buyer_email_sha256", "buyer_email"),
        Column("user_id_sha256", "user_id"),
        Column("region_code", "recipient_address.region_code"),
        Column("order_type"),
        Column("commerce_platform"),
        Column("fulfillment_type"),
        Column("delivery_type"),
        Column("shipping_type"),
        Column("payment_method_name"),
        Column("warehouse_id"),
        Column("replaced_order_id"),
        Column("is_cod", type="BOOLEAN"),
        Column("is_sample_order", type="BOOLEAN", required=True),
        Column("is_replacement_order", type="BOOLEAN", required=True),
        Column("is_exchange_order", type="BOOLEAN"),
        Column("is_on_hold_order", type="BOOLEAN"),
        Column("is_buyer_request_cancel", type="BOOLEAN"),
        Column("currency", "payment.currency", required=True),
        Column("sub_total", "payment.sub_total", number=True),
        Column("total_amount", "payment.total_amount", required=True, number=True),
        Column("shipping_fee", "payment.shipping_fee", number=True),
        Column("seller_discount", "payment.seller_discount", number=True),
        Column("platform_discount", "payment.platform_discount", number=True),
        Column("original_total_product_price", "payment.original_total_product_price", number=True),
        Column("tax", "payment.tax", number=True),
        Column("line_items", type="JSON", required=True),
    ),
)
