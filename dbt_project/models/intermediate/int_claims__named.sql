{{ config(materialized='days', meta={
    'day_column': 'report_date', 'subjects': ['claimed_orders'], 'days_per_batch': 62
}) }}
-- depends_on: {{ ref('int_changes__days') }}

with ad_days as (

    select * from {{ ref('int_claims__ad_days') }}
    where {{ in_batch('report_date') }}

),

allocated as (

    select * from {{ ref('int_claims__allocated') }}
    where is_claimed and {{ in_batch('click_date') }}

),

twins as (

    select * from {{ ref('int_claims__twins') }}
    where {{ in_batch('report_date') }}

),

presumed as (

    select * from {{ ref('int_claims__presumed') }}
    where {{ in_batch('report_date') }}

),

told as (

    -- An order known by name brings its value, and of views TikTok states it; the rest is not known apart. What
    -- turns out to be one order twice leaves its kind.
    select
        click_date as report_date,
        advertiser_id,
        if(reason = 'matched' and order_date != click_date, 'day shift', reason) as reason,
        1 as units,
        gross_revenue as known_value
    from allocated
    union all
    select report_date, advertiser_id, 'duplicate event' as reason, 1 as units, gross_revenue as known_value
    from twins
    union all
    select
        report_date, advertiser_id, kind as reason, -1 as units,
        if(kind = 'view only', -gross_revenue, null) as known_value
    from twins
    where kind != 'click'
    union all
    select report_date, advertiser_id, 'consent loss' as reason, units, null as known_value from presumed
    union all
    select report_date, advertiser_id, 'view only' as reason, view_purchases as units, view_value as known_value
    from ad_days
    union all
    select report_date, advertiser_id, 'engaged view' as reason, engaged_view_purchases as units, null as known_value
    from ad_days

),

named as (

    select
        report_date,
        advertiser_id,
        reason,
        sum(units)::bigint as units,
        sum(known_value)::decimal(18, 4) as known_value
    from told
    group by all

)

select * from named
