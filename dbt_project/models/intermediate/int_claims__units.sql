{{ config(materialized='days', meta={'day_column': 'order_date', 'subjects': ['claim_orders'], 'days_per_batch': 62}) }}
-- depends_on: {{ ref('int_changes__days') }}

with orders as (

    select * from {{ ref('int_orders__counted') }}
    where {{ in_batch('order_date') }}

),

sightings as (

    select * from {{ ref('int_claims__sightings') }}
    where {{ in_batch('order_date') }}

),

clicks as (

    select * from {{ ref('int_claims__order_clicks') }}
    where {{ in_batch('order_date') }}

),

ads as (

    select * from {{ ref('stg_tiktok_ads__ads') }}

),

accounts as (

    select * from {{ ref('stg_tiktok_ads__advertisers') }}

),

described as (

    -- A click whose ad is not listed has no account: its day is the reporting zone's.
    select
        orders.order_id,
        orders.order_date,
        orders.ordered_at,
        orders.is_counted,
        orders.exclusion_reason,
        orders.gross_revenue,
        sightings.repeats,
        clicks.clicked_at,
        clicks.is_within_window,
        ads.ad_id,
        accounts.advertiser_id,
        coalesce(accounts.account_timezone, '{{ var("reporting_timezone") }}') as click_zone
    from orders
    inner join sightings on orders.order_id = sightings.order_id
    inner join clicks on orders.order_id = clicks.order_id
    left join ads on clicks.ad_id = ads.ad_id
    left join accounts on ads.advertiser_id = accounts.advertiser_id

),

counted as (

    -- What TikTok may have counted for an order: once, and once more for each repeat.
    select
        *,
        unnest(range(if(is_within_window, repeats, 0) + 1)) as repeat_number
    from described

),

units as (

    -- The lower `priority` goes first where a day's claims do not suffice for all.
    select
        *,
        case
            when repeat_number > 0 then 4
            when not is_within_window then 5
            when is_counted then 1
            when exclusion_reason = 'test' then 2
            else 3
        end as priority
    from counted

),

named as (

    select
        order_id,
        repeat_number,
        order_date,
        ordered_at,
        priority,
        case priority
            when 1 then 'matched' when 2 then 'test order' when 3 then 'cancelled order'
            when 4 then 'duplicate event' when 5 then 'outside window'
        end as reason,
        ad_id,
        advertiser_id,
        timezone(click_zone, clicked_at)::date as click_date,
        timezone(click_zone, ordered_at)::date as event_date,
        gross_revenue
    from units

)

select * from named
