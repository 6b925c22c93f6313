{{ config(materialized='days', meta={
    'day_column': 'report_date', 'subjects': ['claimed_orders'], 'days_per_batch': 62
}) }}
-- depends_on: {{ ref('int_changes__days') }}
{%- set oldest = var('claim_oldest_click_days') | int %}

with claimed as (

    select
        report_date,
        advertiser_id,
        sum(click_purchases)::bigint as by_click_day,
        sum(purchases_by_event_day)::bigint as by_event_day
    from {{ ref('int_claims__ad_days') }}
    where {{ in_batch('report_date') }}
    group by all

),

allocated as (

    select * from {{ ref('int_claims__allocated') }}
    where is_claimed and {{ in_batch('click_date', before=oldest + 1, after=1) }}

),

twins as (

    select * from {{ ref('int_claims__twins') }}
    where {{ in_batch('report_date', before=9, after=1) }}

),

of_click_days as (

    select report_date, advertiser_id, count(*) as units
    from (
        select click_date as report_date, advertiser_id from allocated
        union all
        select report_date, advertiser_id from twins
        where kind = 'click'
    ) as click_claims
    group by all

),

of_event_days as (

    select report_date, advertiser_id, count(*) as units
    from (
        select event_date as report_date, advertiser_id from allocated
        union all
        select event_date as report_date, advertiser_id from twins
    ) as event_claims
    group by all

),

unseen as (

    -- Web orders that no witness saw: their buyers refused, or block, every analytics tool.
    select orders.order_date as report_date, count(*) as orders
    from {{ ref('int_orders__counted') }} as orders
    inner join {{ ref('int_claims__sightings') }} as sightings on orders.order_id = sightings.order_id
    where
        orders.is_counted
        and orders.source_name = 'web'
        and sightings.witnesses = 0
        and {{ in_batch('orders.order_date') }}
        and {{ in_batch('sightings.order_date') }}
    group by all

),

open_claims as (

    -- A click and its order on one day are open on both of TikTok's clocks: the smaller rest bounds them.
    select
        claimed.report_date,
        claimed.advertiser_id,
        greatest(least(
            claimed.by_click_day - coalesce(of_click_days.units, 0),
            claimed.by_event_day - coalesce(of_event_days.units, 0)
        ), 0) as units
    from claimed
    left join of_click_days
        on claimed.report_date = of_click_days.report_date and claimed.advertiser_id = of_click_days.advertiser_id
    left join of_event_days
        on claimed.report_date = of_event_days.report_date and claimed.advertiser_id = of_event_days.advertiser_id

),

numbered as (

    -- Account after account, the largest rest first; an order is presumed behind one claim at most.
    select
        open_claims.report_date,
        open_claims.advertiser_id,
        open_claims.units,
        unseen.orders,
        sum(open_claims.units) over (
            partition by open_claims.report_date order by open_claims.units desc, open_claims.advertiser_id asc
        ) - open_claims.units as units_before
    from open_claims
    inner join unseen on open_claims.report_date = unseen.report_date

),

presumed as (

    select
        report_date,
        advertiser_id,
        least(units, orders - units_before)::bigint as units
    from numbered
    where least(units, orders - units_before) > 0

)

select * from presumed
