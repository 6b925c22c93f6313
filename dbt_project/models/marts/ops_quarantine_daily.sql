with report_rows as (

    select * from {{ ref('int_ads__set_apart') }}

),

orders as (

    select * from {{ ref('stg_shopify__set_apart') }}

),

rates as (

    select * from {{ ref('int_rates__daily') }}

),

ads as (

    select * from {{ ref('kpi_ads_daily') }}

),

campaigns as (

    select * from {{ ref('kpi_campaign_daily') }}

),

names as (

    select * from {{ ref('dim_campaign') }}

),

traffic as (

    select * from {{ ref('kpi_web_traffic_daily') }}

),

touches as (

    select * from {{ ref('attr_quarantine_daily') }}

),

counted_orders as (

    select * from {{ ref('int_orders__counted') }}

),

refunded as (

    select order_id, max(refund_date) as refund_date, sum(refund_amount) as refunds
    from {{ ref('int_orders__refunds') }}
    group by all

),

found as (

    select
        report_date, stream_name, advertiser_id as account_id, reason, true as is_left_out,
        rows_set_apart as row_count, spend as amount, example_key
    from report_rows
    union all
    select
        orders.changed_date as report_date, 'shopify__orders' as stream_name, orders.shop_id as account_id,
        orders.reason, true as is_left_out, count(*) as row_count,
        sum(orders.amount_shop_currency * if(
            orders.shop_currency = '{{ var("reporting_currency") }}', 1::decimal(18, 8), rates.exchange_rate
        )) as amount,
        min(orders.order_id) as example_key
    from orders
    left join rates on orders.shop_currency = rates.currency and orders.changed_date = rates.rate_date
    group by all
    union all
    -- Money whose campaign nobody knows is still money: it stays, and is only told here.
    select
        report_date, 'tiktok_ads__ad_daily' as stream_name, advertiser_id as account_id, 'ad in no list' as reason,
        false as is_left_out, count(*) as row_count, sum(spend) as amount, min(ad_id) as example_key
    from ads
    where campaign_id is null
    group by all
    union all
    select
        campaigns.report_date, 'tiktok_ads__campaign_daily' as stream_name, campaigns.advertiser_id as account_id,
        'campaign in no list' as reason, false as is_left_out, count(*) as row_count,
        sum(campaigns.spend) as amount, min(campaigns.campaign_id) as example_key
    from campaigns
    inner join names on campaigns.campaign_id = names.campaign_id
    where names.campaign_name = '(not listed)'
    group by all
    union all
    select
        report_date, 'ga4_export__events' as stream_name, property_id as account_id, 'unreplaced macro' as reason,
        false as is_left_out, sum(sessions)::bigint as row_count, null as amount,
        min(source || ' / ' || medium) as example_key
    from traffic
    where '(unreplaced macro)' in (campaign_name, campaign_id, ad_id) and sessions > 0
    group by all
    union all
    select
        touch_date as report_date,
        if(tracker = 'ga4', 'ga4_export__events', 'matomo__visits') as stream_name, '(all)' as account_id,
        reason, true as is_left_out, touches as row_count, null as amount, null as example_key
    from touches
    where reason = 'too many visits in a day'
    union all
    -- Goodwill may go a little beyond the price; half again of it is a slip more often than not.
    select
        refunded.refund_date as report_date, 'shopify__orders' as stream_name, '(all)' as account_id,
        'refund above its order' as reason, false as is_left_out, count(*) as row_count,
        sum(refunded.refunds) as amount, min(refunded.order_id) as example_key
    from refunded
    inner join counted_orders on refunded.order_id = counted_orders.order_id
    where refunded.refunds > 1.5 * counted_orders.gross_revenue
    group by all

),

described as (

    select
        report_date, stream_name, account_id, reason, is_left_out,
        row_count::bigint as quarantined_rows,
        amount::decimal(18, 4) as amount,
        example_key
    from found

)

select * from described
