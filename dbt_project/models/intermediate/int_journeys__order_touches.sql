{{ config(materialized='days', meta={'day_column': 'order_date', 'subjects': ['journeys'], 'days_per_batch': 31}) }}
{%- set lookback = var('attribution_lookback_days') | int %}

with orders as (

    select * from {{ ref('int_orders__counted') }}

),

events as (

    select * from {{ ref('int_web__events') }}

),

sessions as (

    select * from {{ ref('int_web__session_channels') }}

),

order_references as (

    -- Shops send any of these four as the order's reference.
    select
        order_id,
        order_date,
        ordered_at,
        unnest([order_id, order_name, ltrim(order_name, '#'), legacy_order_id]) as reference
    from orders
    where is_counted and {{ in_batch('order_date') }}

),

purchases as (

    select transaction_id, event_date, event_at, user_pseudo_id
    from events
    where
        event_name = 'purchase'
        and user_pseudo_id is not null
        and {{ in_batch('event_date', before=2, after=4) }}

),

buyers as (

    -- The person is the browser of the first matching purchase event; repeats are ignored.
    select
        order_references.order_id,
        order_references.order_date,
        order_references.ordered_at,
        arg_min(purchases.user_pseudo_id, (purchases.event_at, purchases.user_pseudo_id)) as user_pseudo_id
    from order_references
    inner join purchases on order_references.reference = purchases.transaction_id
    where
        purchases.event_at >= order_references.ordered_at - interval 1 day
        and purchases.event_at < order_references.ordered_at + interval 3 days
    group by all

),

candidates as (

    -- A return from a payment page continues an earlier visit; it is no touch of its own.
    select
        *,
        row_number() over (
            partition by user_pseudo_id order by started_at, session_key, session_date
        ) as visit_number
    from sessions
    where
        not is_gateway_return
        and {{ in_batch('session_date', before=lookback + 1, after=1) }}
        and user_pseudo_id in (select buyers.user_pseudo_id from buyers)

),

last_visits as (

    select
        buyers.*,
        candidates.visit_number as last_visit_number
    from buyers
    asof inner join candidates
        on buyers.user_pseudo_id = candidates.user_pseudo_id and buyers.ordered_at >= candidates.started_at

),

visit_numbers as (

    -- Counting back from the last visit keeps one heavy user from joining all visits to all orders.
    select
        *,
        unnest(range(
            greatest(last_visit_number - {{ var('touches_per_order') }}, 0) + 1, last_visit_number + 1
        )) as visit_number
    from last_visits

),

touches as (

    select
        visit_numbers.order_id,
        visit_numbers.order_date,
        visit_numbers.ordered_at,
        visit_numbers.visit_number,
        candidates.user_pseudo_id,
        candidates.session_key,
        candidates.session_date,
        candidates.started_at,
        candidates.channel_group,
        candidates.channel,
        candidates.campaign_name,
        candidates.campaign_id,
        candidates.ad_id
    from visit_numbers
    inner join candidates
        on visit_numbers.user_pseudo_id = candidates.user_pseudo_id
        and visit_numbers.visit_number = candidates.visit_number
    where candidates.started_at >= visit_numbers.ordered_at - to_seconds({{ lookback * 86400 }})

),

numbered as (

    select
        * exclude (visit_number),
        row_number() over (partition by order_id order by visit_number) as touch_number,
        count(*) over (partition by order_id) as touches
    from touches

)

select * from numbered
