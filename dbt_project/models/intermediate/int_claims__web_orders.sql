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

clicked as (

    select order_id, click_date, reason from {{ ref('int_claims__units') }}
    where repeat_number = 0 and {{ in_batch('order_date') }}

),

allocated as (

    select order_id, advertiser_id, is_claimed from {{ ref('int_claims__allocated') }}
    where
        repeat_number = 0
        and {{ in_batch('click_date', before=oldest + 1, after=1) }}
        and {{ in_batch('order_date') }}

),

status as (

    select min(covered_from) as first_report_date from {{ source('ledger', 'stream_status') }}
    where stream = 'tiktok_ads__ad_daily'

),

judged as (

    select
        orders.order_date as report_date,
        orders.gross_revenue,
        orders.source_name,
        sightings.witnesses,
        allocated.advertiser_id,
        clicked.reason,
        clicked.click_date,
        -- Around midnight a click's day in another zone may lie ahead of the last published one.
        clicked.click_date < status.first_report_date or allocated.order_id is null as is_unreported,
        coalesce(allocated.is_claimed and clicked.reason = 'matched', false) as is_matched
    from orders
    inner join sightings on orders.order_id = sightings.order_id
    left join clicked on orders.order_id = clicked.order_id
    left join allocated on orders.order_id = allocated.order_id
    cross join status

),

explained as (

    -- The first reason that holds.
    select
        report_date,
        gross_revenue,
        if(is_matched, advertiser_id, '(not claimed)') as advertiser_id,
        case
            when is_matched and click_date = report_date then 'matched'
            when is_matched then 'day shift'
            when reason = 'matched' and is_unreported then 'no report of the click day'
            when reason = 'matched' then 'click not claimed'
            when reason = 'outside window' then 'outside window'
            when coalesce(source_name, '') != 'web' and witnesses = 0 then 'sold elsewhere'
            when witnesses = 0 then 'consent loss'
            else 'no TikTok click'
        end as reason
    from judged

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
