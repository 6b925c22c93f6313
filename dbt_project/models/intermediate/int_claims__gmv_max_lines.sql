with campaign_days as (

    select * from {{ ref('stg_tiktok_ads__gmv_max_campaign_daily') }}

),

account_rates as (

    select * from {{ ref('int_ads__account_rates') }}

),

claim_units as (

    select * from {{ ref('int_claims__gmv_max_orders') }}
    where is_claimed

),

orders as (

    select * from {{ ref('int_shop_orders__counted') }}
    where is_counted

),

claimed as (

    select
        campaign_days.report_date,
        if(campaign_days.promotion_type = 'LIVE', 'GMV Max LIVE', 'GMV Max product') as scope,
        campaign_days.advertiser_id,
        sum(coalesce(campaign_days.orders, 0))::bigint as units,
        sum(round(
            coalesce(campaign_days.gross_revenue_account_currency, 0) * account_rates.exchange_rate, 4
        ))::decimal(18, 4) as claimed_value
    from campaign_days
    asof left join account_rates
        on campaign_days.advertiser_id = account_rates.advertiser_id
        and campaign_days.report_date >= account_rates.valid_from
    group by all

),

named as (

    select
        report_date,
        scope,
        advertiser_id,
        reason,
        count(*)::bigint as units,
        sum(promoted_value)::decimal(18, 4) as known_value
    from claim_units
    group by all

),

rests as (

    select
        claimed.report_date,
        claimed.scope,
        claimed.advertiser_id,
        any_value(claimed.units) - coalesce(sum(named.units), 0)::bigint as units,
        any_value(claimed.claimed_value) - coalesce(sum(named.known_value), 0) as open_value
    from claimed
    left join named
        on claimed.report_date = named.report_date
        and claimed.scope = named.scope
        and claimed.advertiser_id = named.advertiser_id
    group by claimed.report_date, claimed.scope, claimed.advertiser_id

),

sold as (

    select
        orders.order_date as report_date,
        if(orders.room_id is not null, 'GMV Max LIVE', 'GMV Max product') as scope,
        coalesce(claim_units.advertiser_id, '(not claimed)') as advertiser_id,
        coalesce(claim_units.reason, 'not promoted') as reason,
        orders.gross_revenue,
        coalesce(claim_units.promoted_value, orders.gross_revenue) as order_value
    from orders
    left join claim_units
        on orders.order_id = claim_units.order_id and claim_units.reason in ('GMV Max halo', 'day shift')

),

lines as (

    select 'claim' as side, report_date, scope, advertiser_id, reason, units, known_value as line_value from named
    union all
    select
        'claim' as side, report_date, scope, advertiser_id,
        if(units = 0, 'gross vs net', 'unexplained (modelled or untracked)') as reason, units, open_value as line_value
    from rests
    where units != 0 or open_value != 0
    union all
    select
        'order' as side, report_date, scope, advertiser_id, reason,
        count(*)::bigint as units, sum(order_value)::decimal(18, 4) as line_value
    from sold
    group by all
    union all
    -- Shipping, and products that no campaign promotes, in orders that one claims.
    select
        'order' as side, report_date, scope, advertiser_id, 'rest of the basket' as reason,
        0 as units, sum(gross_revenue - order_value)::decimal(18, 4) as line_value
    from sold
    group by all
    having sum(gross_revenue - order_value) != 0

)

select * from lines
