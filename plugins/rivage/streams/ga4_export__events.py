"""Every web event with its parameters: GA4's daily export files (events_YYYYMMDD)."""

from rivage.streams._access import EXPORT_FILES
from rivage.streams.model import Column, Daily, Lookback, Personal, PersonKey, Stream

VALUE = "STRUCT(string_value VARCHAR, int_value BIGINT, float_value DOUBLE, double_value DOUBLE)"
PARAMS = f"STRUCT(key VARCHAR, value {VALUE})[]"
CLICK = (
    "STRUCT(manual_campaign_id VARCHAR, manual_campaign_name VARCHAR, manual_source VARCHAR, "
    "manual_medium VARCHAR, manual_term VARCHAR, manual_content VARCHAR, "
    "manual_source_platform VARCHAR, manual_creative_format VARCHAR, "
    "manual_marketing_tactic VARCHAR, gclid VARCHAR, dclid VARCHAR, srsltid VARCHAR)"
)
LAST_CLICK = (
    "STRUCT(manual_campaign STRUCT(campaign_id VARCHAR, campaign_name VARCHAR, source VARCHAR, "
    "medium VARCHAR, term VARCHAR, content VARCHAR), "
    "cross_channel_campaign STRUCT(campaign_id VARCHAR, campaign_name VARCHAR, source VARCHAR, "
    "medium VARCHAR, source_platform VARCHAR, default_channel_group VARCHAR, "
    "primary_channel_group VARCHAR))"
)
ECOMMERCE = (
    "STRUCT(total_item_quantity BIGINT, purchase_revenue DOUBLE, refund_value DOUBLE, "
    "shipping_value DOUBLE, tax_value DOUBLE, unique_items BIGINT, transaction_id VARCHAR)"
)
ITEMS = (
    "STRUCT(item_id VARCHAR, item_name VARCHAR, item_brand VARCHAR, item_variant VARCHAR, "
    "item_category VARCHAR, price DOUBLE, quantity BIGINT, item_revenue DOUBLE, "
    "item_refund DOUBLE, coupon VARCHAR)[]"
)

STREAM = Stream(
    name="ga4_export__events",
    connector="ga4_export",
    endpoint="events_*.parquet",
    access=EXPORT_FILES,
    doc="Every web event with parameters, click source and ecommerce values.",
    keys=(
        "user_pseudo_id",
        "event_timestamp",
        "event_name",
        "event_bundle_sequence_id",
        "batch_event_index",
    ),
    window=Daily(
        day="cast(strptime(event_date, '%Y%m%d') as date)",
        days_per_request=1,
        days_per_landing=1,  # one table a day, each with its own edition
    ),
    lookback=Lookback(3, "A daily export table may be rewritten up to 3 days after its date."),
    person=(
        PersonKey("customer", "user_id"),
        PersonKey("email", "user_id"),
        PersonKey("order", "ecommerce.transaction_id"),
        PersonKey("browser", "user_pseudo_id"),
    ),
    columns=(
        Column("event_date", required=True),
        Column("event_timestamp", type="BIGINT", required=True),
        Column("event_name", required=True),
        Column("event_bundle_sequence_id", type="BIGINT"),
        Column("batch_page_id", type="BIGINT"),
        Column("batch_ordering_id", type="BIGINT"),
        Column("batch_event_index", type="BIGINT"),
        Column("event_params", type=PARAMS),
        Column("user_id"),
        Column("user_pseudo_id"),
        Column("user_first_touch_timestamp", type="BIGINT"),
        Column("is_active_user", type="BOOLEAN"),
        Column("privacy_info", type="STRUCT(ads_storage VARCHAR, analytics_storage VARCHAR)"),
        Column(
            "device",
            type="STRUCT(category VARCHAR, operating_system VARCHAR, language VARCHAR, "
            "browser VARCHAR, web_info STRUCT(browser VARCHAR, hostname VARCHAR))",
        ),
        Column("geo", type="STRUCT(country VARCHAR, region VARCHAR, city VARCHAR)"),
        Column("traffic_source", type="STRUCT(name VARCHAR, medium VARCHAR, source VARCHAR)"),
        Column("collected_traffic_source", type=CLICK),
        Column("session_traffic_source_last_click", type=LAST_CLICK),
        Column("stream_id"),
        Column("platform"),
        Column("ecommerce", type=ECOMMERCE),
        Column("items", type=ITEMS),
    ),
    personal=(
        Personal("user_id", "hash"),
        # Advertising and vendor ids identify a phone; nothing downstream needs them.
        Personal("device.advertising_id", "drop"),
        Personal("device.vendor_id", "drop"),
        # Links in newsletters carry addresses and reader ids; URLs are parameters here.
        Personal("event_params.*.value.string_value", "url"),
    ),
)
