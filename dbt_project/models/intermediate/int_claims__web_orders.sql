{{ config(materialized='days', meta={
    'day_column': 'report_date', 'subjects': ['claimed_orders'], 'days_per_batch': 62
}) }}
-- depends_on: {{ ref('int_changes__days') }}
{%- set oldest = var('claim_oldest_click_days') | int %}

with orders as (

    select * from {{ ref('int_orders__counted') }}
    where is_counted and {{ in_batch('order_date') }}

),

sightings as (

    select order_id, witnesses from {{ ref('int_claims__sightings') }}
    where {{ in_batch('order_date') }}

),

allocated as (

    -- The unit of each order; presumed claims of orders that nobody saw match nothing.
    select * from {{ ref('int_claims__allocated') }}
    where
        repeat_number = 0
        and {{ in_batch('click_date', before=oldest + 1, after=1) }}
        and {{ in_batch('order_date') }}

),

status as (

    select min(covered_from) as first_report_date from {{ source('ledger', 'stream_status') }}
    where stream = 'tiktok_ads__ad_daily'

),

explained as (

    select
        orders.order_date as report_date,
        orders.gross_revenue,
        if(
            allocated.is_claimed and allocated.reason = 'matched', allocated.advertiser_id, '(not claimed)'
        ) as advertiser_id,
        case
            when allocated.is_claimed and allocated.reason = 'matched'
                then if(allocated.click_date = orders.order_date, 'matched', 'day shift')
            when allocated.reason = 'matched' and allocated.click_date < status.first_report_date
                then 'no report of the click day'
            when allocated.reason = 'matched' then 'click not claimed'
            when allocated.reason = 'outside window' then 'outside window'
            when orders.source_name is distinct from 'web' and sightings.witnesses = 0 then 'sold elsewhere'
            when sightings.witnesses = 0 then 'consent loss'
            else 'no TikTok click'
        end as reason
    from orders
    inner join sightings on orders.order_id = sightings.order_id
    left join allocated on orders.order_id = allocated.order_id
    cross join status

),

lines as (

    select
        report_date,
        advertiser_id,
        reason,
        count(*)::bigint as units,
        sum(gross_revenue)::decimal(18, 4) as order_value
    from explained
    group by all

)

select * from lines
