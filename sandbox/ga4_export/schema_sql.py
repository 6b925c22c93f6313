"""The SELECT that gives an export file its nested columns (contract: web.md 2.2).

Lookups are CASE macros: indexing a constant list copies the list for every row.

It reads the tables `e` (events), `v` (visits), `o` (origins) and small dictionaries.
"""

from __future__ import annotations

from sandbox.world import brand
from sandbox.world.customers import MAIL_HOST

LOGIN_SLOT = 10  # the checkout page; leads (names 9 and 10) are left before it

MACROS = """
create macro text_param(k, v) as {'key': k, 'value': {'string_value': v::varchar,
    'int_value': null::bigint, 'float_value': null::double, 'double_value': null::double}};
create macro int_param(k, v) as {'key': k, 'value': {'string_value': null::varchar,
    'int_value': v::bigint, 'float_value': null::double, 'double_value': null::double}};
create macro double_param(k, v) as {'key': k, 'value': {'string_value': null::varchar,
    'int_value': null::bigint, 'float_value': null::double, 'double_value': v::double}};
create macro item(product, quantity, cents, coupon) as {
    'item_id': product_id(product), 'item_name': product_title(product),
    'item_brand': 'Atelier Rivage', 'item_variant': null::varchar,
    'item_category': product_category(product), 'item_category2': null::varchar,
    'item_category3': null::varchar, 'item_category4': null::varchar,
    'item_category5': null::varchar, 'price_in_usd': round(cents * 1.08 / 100, 2),
    'price': cents / 100.0::double, 'quantity': quantity::bigint,
    'item_revenue_in_usd': null::double, 'item_revenue': null::double,
    'item_refund_in_usd': null::double, 'item_refund': null::double, 'coupon': coupon::varchar,
    'affiliation': null::varchar, 'location_id': null::varchar, 'item_list_id': null::varchar,
    'item_list_name': null::varchar, 'item_list_index': null::varchar,
    'promotion_id': null::varchar, 'promotion_name': null::varchar,
    'creative_name': null::varchar, 'creative_slot': null::varchar,
    'item_params': []::struct("key" varchar, "value" struct(string_value varchar,
        int_value bigint, float_value double, double_value double))[]};
"""

_BATCH = """
    micro // 1000 as batch_page_id, slot::bigint as batch_ordering_id,
    batch_index::bigint as batch_event_index,"""

_LAST_CLICK = """
    {'manual_campaign': case when not known or c.source = '(direct)' then null else {
        'campaign_id': nullif(c.campaign_id, ''), 'campaign_name': c.campaign_text,
        'source': c.source, 'medium': c.medium, 'term': nullif(c.term, ''),
        'content': nullif(c.content, ''), 'source_platform': null::varchar,
        'creative_format': null::varchar, 'marketing_tactic': null::varchar} end,
     'google_ads_campaign': case when known and c.medium = 'cpc' then {
        'customer_id': '4201234567', 'account_name': 'Atelier Rivage',
        'campaign_id': '20900000001', 'campaign_name': c.campaign,
        'ad_group_id': '160000000001', 'ad_group_name': 'Principal'} end,
     'cross_channel_campaign': case when known then {
        'campaign_id': nullif(c.campaign_id, ''), 'campaign_name': c.campaign_text,
        'source': c.source, 'medium': c.medium, 'source_platform': 'Manual',
        'default_channel_group': c.channel, 'primary_channel_group': c.channel} end,
     'sa360_campaign': null::struct(campaign_id varchar, campaign_name varchar),
     'cm360_campaign': null::struct(campaign_id varchar, campaign_name varchar),
     'dv360_campaign': null::struct(campaign_id varchar, campaign_name varchar)
    } as session_traffic_source_last_click,"""

_BASE = f"""
with hit as (
    select e.*, v.* exclude (draw_key),
        event_text(e.name) as event_name, path_text(e.page) as path,
        v.consent = 0 as known, v.consent = 0 and e.name <> 8 as in_session,
        (v.start + case when in_gateway then v.seconds * 89 // 100 else 0 end) as session_id,
        v.number + in_gateway::bigint as session_number,
        case when in_gateway then gateway_code else v.credit end as credit_code
    from e join v on v.row = e.visit
),
placed as (
    select h.*, w.query, w.referrer as own_referrer, w.tagged as own_tagged,
        -- A known defect: some ad clicks carry their click id, yet are labelled organic.
        w.medium = 'cpc' and click_word % 10 = 0 as mislabelled,
        case when w.medium = 'cpc' then 'EAIaIQ' || format('{{:016x}}', click_word) end as gclid,
        concat_ws('&', case when not mislabelled then nullif(w.query, '') end,
            case when has_ttclid then 'ttclid=E.C.P.' || format('{{:016x}}', click_word) end,
            case when w.medium = 'cpc' then 'gclid=EAIaIQ' || format('{{:016x}}', click_word) end,
            case when address_in_link then 'email=' || url_encode(lower(first_name(person % 8) ||
            '.' || last_name(person // 8 % 8) || person % 9973 || '@{MAIL_HOST}')) end) as tags,
        w.source as own_source, if(mislabelled, 'organic', w.medium) as own_medium,
        if(mislabelled, '(organic)', w.campaign) as own_campaign,
        w.campaign_id as own_campaign_id, w.term as own_term, w.content as own_content
    from hit h join o w on w.origin = h.own
),
located as (
    select *, known and case when in_gateway then slot = 13
            else slot = 2 and own_source <> '(direct)' end as starts,
        'https://{brand.HOST}' || path || case when is_landing and tags <> ''
            then '?' || tags else '' end as page_location,
        case when in_gateway then 'https://{brand.GATEWAY_HOST}/'
             when is_landing then nullif(own_referrer, '')
             else 'https://{brand.HOST}/' end as page_referrer
    from placed
)
"""


def select(date_text: str, older: bool, intraday: bool = False) -> str:
    """The whole query; `older` leaves out what the schema of 2020 did not have, `intraday` the
    attribution that is worked out when the day is over."""
    batch = "" if older else _BATCH
    last_click = "" if older or intraday else _LAST_CLICK
    first_touch = "known and false" if intraday else "known"
    return f"""{_BASE}
select
    '{date_text}' as event_date, micro as event_timestamp, null::bigint as event_previous_timestamp,
    event_name,
    case when event_name = 'purchase' then round(total_cents * 1.08 / 100, 2) end
        as event_value_in_usd,
    visit::bigint % 100000 as event_bundle_sequence_id,
    (draw % 4000)::bigint as event_server_timestamp_offset,{batch}
    list_filter([
        case when in_session then int_param('ga_session_id', session_id) end,
        case when in_session then int_param('ga_session_number', session_number) end,
        text_param('page_location', page_location),
        case when page_referrer is not null then text_param('page_referrer', page_referrer) end,
        text_param('page_title', 'Atelier Rivage'),
        case when known and not engaged then text_param('session_engaged', '0')
             when known and visit % 3 = 0 then int_param('session_engaged', 1)
             when known then text_param('session_engaged', '1') end,
        case when event_name = 'user_engagement'
             then int_param('engagement_time_msec', foreground * 500) end,
        case when event_name = 'page_view' and slot = 2 then int_param('entrances', 1) end,
        -- Set on the hits that start a session, also where only the referrer tells.
        case when starts and in_gateway then text_param('source', '{brand.GATEWAY_HOST}')
             when starts then text_param('source', own_source) end,
        case when starts and in_gateway then text_param('medium', 'referral')
             when starts then text_param('medium', own_medium) end,
        case when starts and in_gateway then text_param('campaign', '(referral)')
             when starts and own_tagged then text_param('campaign', own_campaign)
             when starts then text_param('campaign', '(' || own_medium || ')') end,
        case when slot = 2 and own_tagged and own_campaign_id <> '' and known
             then text_param('campaign_id', own_campaign_id) end,
        case when slot = 2 and own_tagged and own_term <> '' and known
             then text_param('term', own_term) end,
        case when slot = 2 and own_tagged and own_content <> '' and known
             then text_param('content', own_content) end,
        case when slot = 2 and gclid is not null and known then text_param('gclid', gclid) end,
        case when in_gateway and slot = 13 then text_param('ignore_referrer', 'false') end,
        case when name in (7, 8) then text_param('transaction_id', '#' || order_number) end,
        case when name = 7 and total_cents % 100 = 0 then int_param('value', total_cents // 100)
             when name = 7 then double_param('value', total_cents / 100.0)
             when name = 8 then double_param('value', refund_cents / 100.0) end,
        case when name in (4, 5, 6, 7, 8) then text_param('currency', 'EUR') end,
        case when name = 7 and code >= 0 then text_param('coupon', code_text(code)) end,
        case when name = 7 then double_param('tax', round(total_cents / 600.0, 2)) end,
        case when name = 7 then double_param('shipping', shipping_cents / 100.0) end
    ], lambda p: p is not null) as event_params,
    -- The shop knows who it is from the checkout on: the id appears in the middle of a session.
    case when known and logged_in and slot >= {LOGIN_SLOT} and name < 9
        then (person % 1000000000000)::varchar end as user_id,
    case when known then cookie || '.' || first_seen end as user_pseudo_id,
    case when known then first_seen * 1000000 end as user_first_touch_timestamp,
    []::struct("key" varchar, "value" struct(string_value varchar, int_value bigint,
        float_value double, double_value double, set_timestamp_micros bigint))[]
        as user_properties,
    {{'revenue': 0.0::double, 'currency': 'EUR'}} as user_ltv,
    engaged as is_active_user,
    {{'ads_storage': case when known then 'Yes' else 'No' end, 'analytics_storage':
        case when known then 'Yes' else 'No' end, 'uses_transient_token': 'No'}} as privacy_info,
    {{'category': device_text(device), 'mobile_brand_name': case device when 0 then 'Apple' end,
      'mobile_model_name': case device when 0 then 'iPhone' end,
      'mobile_marketing_name': null::varchar, 'mobile_os_hardware_model': null::varchar,
      'operating_system': case device when 1 then 'Windows' else 'iOS' end,
      'operating_system_version': case device when 1 then 'Windows 11' else 'iOS 19.0' end,
      'vendor_id': null::varchar, 'advertising_id': null::varchar, 'language': 'fr-fr',
      'is_limited_ad_tracking': 'No', 'time_zone_offset_seconds': null::bigint,
      'browser': case device when 1 then 'Chrome' else 'Safari' end,
      'browser_version': case device when 1 then '140.0' else '19.0' end,
      'web_info': {{'browser': case device when 1 then 'Chrome' else 'Safari' end,
        'browser_version': case device when 1 then '140.0' else '19.0' end,
        'hostname': '{brand.HOST}'}}}} as device,
    {{'city': city_text(city), 'country': country_text(country),
      'continent': case country when 3 then 'Africa' else 'Europe' end, 'region': region_text(city),
      'sub_continent': case country when 3 then 'Eastern Africa' else 'Western Europe' end,
      'metro': '(not set)'}} as geo,
    {{'id': null::varchar, 'version': null::varchar, 'install_store': null::varchar,
      'firebase_app_id': null::varchar, 'install_source': null::varchar}} as app_info,
    case when {first_touch} then {{'name': f.campaign_text, 'medium': f.medium,
        'source': f.source}} end as traffic_source,
    case when slot = 2 and known and (own_tagged or gclid is not null) then {{
        'manual_campaign_id': nullif(own_campaign_id, ''), 'manual_campaign_name': own_campaign,
        'manual_source': own_source, 'manual_medium': own_medium,
        'manual_term': nullif(own_term, ''), 'manual_content': nullif(own_content, ''),
        'manual_source_platform': null::varchar, 'manual_creative_format': null::varchar,
        'manual_marketing_tactic': null::varchar, 'gclid': gclid, 'dclid': null::varchar,
        'srsltid': null::varchar}} end as collected_traffic_source,{last_click}
    '9400000001' as stream_id, 'WEB' as platform,
    {{'hostname': '{brand.HOST}'}} as event_dimensions,
    case when name in (7, 8) then {{
        'total_item_quantity': quantity_0 + quantity_1 + quantity_2,
        'purchase_revenue_in_usd': case name when 7 then round(total_cents * 1.08 / 100, 2) end,
        'purchase_revenue': case name when 7 then total_cents / 100.0::double end,
        'refund_value_in_usd': case name when 8 then round(refund_cents * 1.08 / 100, 2) end,
        'refund_value': case name when 8 then refund_cents / 100.0::double end,
        'shipping_value_in_usd': round(shipping_cents * 1.08 / 100, 2),
        'shipping_value': shipping_cents / 100.0::double,
        'tax_value_in_usd': round(total_cents * 1.08 / 600, 2),
        'tax_value': round(total_cents / 600.0::double, 2),
        'unique_items': (quantity_0 > 0)::bigint + (quantity_1 > 0)::bigint
            + (quantity_2 > 0)::bigint,
        'transaction_id': '#' || order_number}} end as ecommerce,
    case when name in (4, 5) then [item(product, 1, product_cents(product), null)]
         when name in (6, 7) then list_filter([
            case when name = 6 and quantity_0 = 0
                 then item(product, 1, product_cents(product), null) end,
            case when quantity_0 > 0 then item(product_0, quantity_0, price_0, null) end,
            case when quantity_1 > 0 then item(product_1, quantity_1, price_1, null) end,
            case when quantity_2 > 0 then item(product_2, quantity_2, price_2, null) end
         ], lambda i: i is not null)
         else [] end as items,
    {{'ad_revenue_in_usd': null::double, 'ad_format': null::varchar,
      'ad_source_name': null::varchar, 'ad_unit_id': null::varchar}} as publisher
from located
join o c on c.origin = located.credit_code
join o f on f.origin = located.first
"""
