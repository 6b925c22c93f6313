{{ config(materialized='days', meta={
    'day_column': 'report_date', 'subjects': ['claimed_orders'], 'days_per_batch': 62
}) }}
-- depends_on: {{ ref('int_changes__days') }}
{%- set oldest = var('claim_oldest_click_days') | int %}

with claimed as (

    select
        report_date,
        advertiser_id,
        sum(purchases_by_event_day)::bigint as units
    from {{ ref('int_claims__ad_days') }}
    where {{ in_batch('report_date') }}
    group by all

),

allocated as (

    select * from {{ ref('int_claims__allocated') }}
    where
        is_claimed
        and {{ in_batch('click_date', before=oldest + 1, after=1) }}
        and {{ in_batch('event_date') }}

),

twins as (

    select * from {{ ref('int_claims__twins') }}
    where {{ in_batch('report_date', before=9, after=1) }} and {{ in_batch('event_date') }}

),

placed as (

    -- On this clock only the account's zone can part an order's day from its claim's.
    select
        event_date as report_date,
        advertiser_id,
        if(reason = 'matched' and order_date != event_date, 'day shift', reason) as reason
    from allocated
    union all
    select event_date as report_date, advertiser_id, 'duplicate event' as reason
    from twins

),

named as (

    select report_date, advertiser_id, reason, count(*) as units
    from placed
    group by all

),

days as (

    select report_date, advertiser_id from claimed
    union
    select report_date, advertiser_id from named

),

rests as (

    -- TikTok does not split this clock by click and view.
    select
        days.report_date,
        days.advertiser_id,
        'view or unexplained' as reason,
        coalesce(any_value(claimed.units), 0) - coalesce(sum(named.units), 0)::bigint as units
    from days
    left join claimed on days.report_date = claimed.report_date and days.advertiser_id = claimed.advertiser_id
    left join named on days.report_date = named.report_date and days.advertiser_id = named.advertiser_id
    group by all

),

lines as (

    select * from named
    union all
    select * from rests

),

filled as (

    select report_date, advertiser_id, reason, units::bigint as units from lines
    where units != 0

)

select * from filled
