"""Events worked out from their number, in the three schemas the export has had.

A row costs nothing until it is asked for, so a table may have millions. The content holds what
real exports hold and simulated visits do not: exact duplicates, consent that was never asked
for, integers at both ends of their range, floats that are no number, empty texts and lists,
records that are NULL beside records of NULLs (contract: bigquery.md 6.8).
"""

from __future__ import annotations

from dataclasses import dataclass

OLDEST, MIDDLE, NEWEST = 1, 2, 3
"""Schemas of 2022, of October 2023 and of October 2024."""
GIANT = 12_000_000
"""Bytes of one text that is larger than a page."""

_CHANNEL = "manual_source manual_medium manual_term manual_content"
_MANUAL = ("campaign_id campaign_name source medium term content source_platform creative_format "
           "marketing_tactic")  # fmt: skip
_LAST_CLICK = {
    "google_ads_campaign": "customer_id account_name campaign_id campaign_name ad_group_id "
    "ad_group_name",
    "cross_channel_campaign": "campaign_id campaign_name source medium source_platform "
    "default_channel_group primary_channel_group",
    "sa360_campaign": "campaign_id campaign_name source medium ad_group_id ad_group_name "
    "creative_format engine_account_name engine_account_type manager_account_name",
    "cm360_campaign": "campaign_id campaign_name source medium account_id account_name "
    "advertiser_id advertiser_name creative_id creative_format creative_name creative_type "
    "creative_type_id creative_version placement_id placement_cost_structure placement_name "
    "rendering_id site_id site_name",
    "dv360_campaign": "campaign_id campaign_name source medium advertiser_id advertiser_name "
    "creative_id creative_format creative_name exchange_id exchange_name insertion_order_id "
    "insertion_order_name line_item_id line_item_name partner_id partner_name",
}


@dataclass(frozen=True)
class Made:
    """What one made table is.

    Args:
        begin: first instant of the day, epoch seconds.
        seconds: length of the day.
        whole: rows of the complete day; sets their distance in time.
        revision: how often the day was written again; from 2 on its sixth row is gone.
        giant: one row holds a text larger than a page.
    """

    stamp: str
    begin: int
    seconds: int
    whole: int
    schema: int = NEWEST
    intraday: bool = False
    revision: int = 0
    giant: bool = False


def made_events(made: Made) -> str:
    """A query with places for {first} and {last}: the rows numbered so."""
    skipped = "i + (i >= 5)::bigint" if made.revision >= 2 else "i"
    columns = ", ".join(f"{sql} as {name}" for name, sql in _columns(made))
    # Every 250th row is its neighbour once more, to the last cell.
    return (
        f"with numbered as (select {skipped} as k from range({{first}}, {{last}}) t(i)), "
        "events as (select k - (k % 250 = 249)::bigint as n from numbered) "
        f"select {columns} from events order by n"
    )


def _struct(**members: str) -> str:
    return "{" + ", ".join(f"'{name}': {sql}" for name, sql in members.items()) + "}"


def _nothing(names: str) -> dict[str, str]:
    return dict.fromkeys(names.split(), "null::varchar")


def _param(key: str, kind: str, sql: str) -> str:
    value = {"string_value": "null::varchar", "int_value": "null::bigint",
             "float_value": "null::double", "double_value": "null::double"}  # fmt: skip
    value[kind] = sql
    return _struct(key=f"'{key}'", value=_struct(**value))


def _params(made: Made) -> str:
    giant = f"case when n = 3 then repeat('x', {GIANT}) else '' end" if made.giant else "''"
    listed = ", ".join([
        _param("ga_session_id", "int_value", f"{made.begin} + n // 7 * 60"),
        _param("page_location", "string_value",
               "'https://shop.example/p/' || n % 97 || '?ttclid=E.C.P.' || n"),
        _param("page_title", "string_value",
               "['Crème 🌊', '(not set)', 'a \"b\" \\'][n % 3 + 1]"),
        _param("empty_text", "string_value", giant),
    ])  # fmt: skip
    # The same money once as a whole number, once as a float; then floats that are none.
    value = f"case when n % 2 = 0 then {_param('value', 'int_value', '(n % 9) + 1')} " \
            f"else {_param('value', 'double_value', '(n % 9) + 1.0')} end"  # fmt: skip
    odd = ("case n % 501 when 7 then 'nan'::double when 8 then 'infinity'::double "
           "when 9 then '-infinity'::double else 1e-4 end")  # fmt: skip
    return f"[{listed}, {value}, {_param('share', 'double_value', odd)}]"


def _items(made: Made) -> str:
    names = ("item_brand item_variant item_category item_category2 item_category3 item_category4 "
             "item_category5")  # fmt: skip
    more = ("affiliation location_id item_list_id item_list_name item_list_index promotion_id "
            "promotion_name creative_name creative_slot")  # fmt: skip
    members = {
        "item_id": "'sku-' || n % 11", "item_name": "'Sérum ' || n % 11", **_nothing(names),
        "price_in_usd": "10.8::double", "price": "10.0::double", "quantity": "(n % 3)::bigint",
        **dict.fromkeys(("item_revenue_in_usd", "item_revenue", "item_refund_in_usd",
                         "item_refund"), "null::double"),
        "coupon": "null::varchar", **_nothing(more), "item_list_index": "'03'",
    }  # fmt: skip
    if made.schema >= MIDDLE:
        param = _param("size", "string_value", "'50 ml'")
        members["item_params"] = f"case when n % 4 = 0 then [] else [{param}] end"
    return f"case when n % 5 < 3 then [] else [{_struct(**members)}] end"


def _later_columns(made: Made) -> list[tuple[str, str]]:
    """What shards of the oldest schema lack."""
    if made.schema < MIDDLE:
        return []
    names = "manual_campaign_id manual_campaign_name " + _CHANNEL
    if made.schema >= NEWEST:
        names += " manual_source_platform manual_creative_format manual_marketing_tactic"
    members = _nothing(names + " gclid dclid srsltid")
    seen = {**members, "manual_source": "'tiktok'", "manual_medium": "'paid_social'"}
    source = (
        f"case n % 3 when 0 then null when 1 then {_struct(**members)} else {_struct(**seen)} end"
    )
    found = [("event_dimensions", _struct(hostname="'shop.example'")),
             ("collected_traffic_source", source)]  # fmt: skip
    if not made.intraday:
        found.append(("is_active_user", "case when n % 13 > 0 then n % 2 = 0 end"))
    if made.schema >= NEWEST:
        found += [("batch_event_index", "n % 5"), ("batch_page_id", "1795000000000 + n // 5"),
                  ("batch_ordering_id", "n % 7")]  # fmt: skip
    if made.schema >= NEWEST and not made.intraday:
        manual = _struct(**_nothing(_MANUAL))
        others = {
            name: f"case when false then {_struct(**_nothing(inner))} end"
            for name, inner in _LAST_CLICK.items()
        }
        found.append(("session_traffic_source_last_click",
                      _struct(manual_campaign=manual, **others)))  # fmt: skip
    return found


def _columns(made: Made) -> list[tuple[str, str]]:
    yes_no = "case when n % 8 = 0 then 'Yes' else 'No' end"
    limited = "n % 8 = 0" if made.schema == OLDEST else yes_no
    consent = "case n % 17 when 0 then 'No' when 1 then 'Unset' else 'Yes' end"
    storages = ["analytics_storage", "ads_storage", "uses_transient_token"]
    consents = dict(zip(storages, (consent, consent, "'No'"), strict=True))
    club = _struct(key="'club'", value=_struct(
        string_value="'or'", int_value="null::bigint", float_value="null::double",
        double_value="null::double", set_timestamp_micros="1700000000000000"))  # fmt: skip
    money = dict.fromkeys(
        ("purchase_revenue_in_usd", "purchase_revenue", "refund_value_in_usd", "refund_value",
         "shipping_value_in_usd", "shipping_value", "tax_value_in_usd", "tax_value"),
        "null::double",
    )  # fmt: skip
    bought = _struct(total_item_quantity="1::bigint", **money, unique_items="1::bigint",
                     transaction_id="'000' || n")  # fmt: skip
    device = _struct(
        category="'mobile'",
        **_nothing("mobile_brand_name mobile_model_name mobile_marketing_name "
                   "mobile_os_hardware_model operating_system operating_system_version "
                   "vendor_id advertising_id"),
        language="'fr-fr'", is_limited_ad_tracking=limited,
        time_zone_offset_seconds="7200::bigint", **_nothing("browser browser_version"),
        web_info=_struct(browser="'Safari'", browser_version="'19.0'", hostname="'shop.example'"),
    )  # fmt: skip
    place = _struct(city="'(not set)'", country="'France'", continent="'Europe'", region="''",
                    **_nothing("sub_continent metro"))  # fmt: skip
    over = str(made.intraday).lower()  # what is worked out when the day is over
    ltv = _struct(revenue="n % 100 / 8.0::double", currency="'EUR'")
    first_touch = _struct(name="'(direct)'", medium="'(none)'", source="'(direct)'")
    return [
        ("event_date", f"'{made.stamp}'"),
        ("event_timestamp", f"{made.begin}000000 + n * {made.seconds * 1_000_000} // "
                            f"{max(made.whole, 1)}"),
        ("event_name", "['page_view', 'view_item', 'purchase'][n % 3 + 1]"),
        ("event_params", _params(made)),
        ("event_previous_timestamp", "null::bigint"),
        ("event_value_in_usd", "case when n % 3 = 2 then n % 100 / 4.0::double end"),
        ("event_bundle_sequence_id", "case n % 101 when 0 then 9223372036854775807 "
                                     "when 1 then (-9223372036854775808)::bigint else -n end"),
        ("event_server_timestamp_offset",
         f"n % 4000 - 2000 + {made.revision} * (n % 10 = 0)::bigint"),
        ("user_id", "case when n % 6 = 0 then '00' || n % 50 end"),
        ("user_pseudo_id", "case when n % 17 > 0 then n % 90 || '.1795000000' end"),
        ("privacy_info", _struct(**consents)),
        ("user_properties", f"case when n % 9 = 0 then [{club}] else [] end"),
        ("user_first_touch_timestamp", "1795000000000000 + n"),
        ("user_ltv", f"case when not {over} then {ltv} end"),
        ("device", device),
        ("geo", place),
        ("app_info", f"case when false then {_struct(**_nothing('id version install_store'))} end"),
        ("traffic_source", f"case when not {over} then {first_touch} end"),
        ("stream_id", "'5551234567'"),
        ("platform", "'WEB'"),
        ("ecommerce", f"case when n % 3 = 2 then {bought} end"),
        ("items", _items(made)),
        *_later_columns(made),
        ("publisher", _struct(ad_revenue_in_usd="null::double",
                              **_nothing("ad_format ad_source_name ad_unit_id"))),
    ]  # fmt: skip
