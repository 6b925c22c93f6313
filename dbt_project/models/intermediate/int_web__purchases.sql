{{ config(materialized='days', meta={
    'day_column': 'session_date', 'subjects': ['sessions', 'purchases'], 'days_after': 2, 'days_per_batch': 31
}) }}
-- depends_on: {{ ref('int_changes__days') }}
{%- set spill = var('session_spill_days') | int %}

with events as (

    select * from {{ ref('int_web__events') }}

),

sessions as (

    select session_key, session_date from {{ ref('int_web__sessions') }}
    where {{ in_batch('session_date', before=spill, after=spill) }}

),

orders as (

    select * from {{ ref('int_orders__counted') }}

),

purchases as (

    -- Without an order reference nothing tells a repeat from a second order: each event is its own.
    select
        property_id, event_date, event_at, session_key, user_pseudo_id, transaction_id, copies,
        row(event_at, batch_page_id, batch_ordering_id, batch_event_index, session_key) as event_order,
        coalesce(
            property_id || '|' || transaction_id,
            concat_ws('|', property_id, session_key, event_at, batch_ordering_id, batch_event_index)
        ) as purchase_key
    from events
    where event_name = 'purchase' and {{ in_batch('event_date', before=4 + spill, after=spill) }}

),

repeats as (

    -- The day of the first event keeps the purchase, however often the thank-you page is loaded again:
    -- each repeat is known by the one before it, so no more than `session_spill_days` are looked back.
    select
        *,
        coalesce(
            event_date - lag(event_date) over (partition by purchase_key order by event_order) <= {{ spill }},
            false
        ) as is_repeat
    from purchases

),

named_orders as (

    -- Shops send any of these four as the order's reference.
    select
        order_id,
        ordered_at,
        gross_revenue,
        unnest([order_id, order_name, ltrim(order_name, '#'), legacy_order_id]) as reference
    from orders
    where is_counted and {{ in_batch('order_date', before=5, after=5 + spill) }}

),

matches as (

    -- An order belongs to the first purchase event that names it, and an event to the nearest order.
    select
        repeats.purchase_key,
        repeats.event_order,
        named_orders.order_id,
        named_orders.gross_revenue
    from repeats
    inner join named_orders on repeats.transaction_id = named_orders.reference
    where
        not repeats.is_repeat
        and repeats.event_at >= named_orders.ordered_at - interval 1 day
        and repeats.event_at < named_orders.ordered_at + interval 3 days
    qualify
        row_number() over (
            partition by named_orders.order_id order by repeats.event_order, repeats.purchase_key
        ) = 1
        and row_number() over (
            partition by repeats.purchase_key, repeats.event_order
            order by abs(epoch(repeats.event_at) - epoch(named_orders.ordered_at)), named_orders.order_id
        ) = 1

),

placed as (

    select
        coalesce(sessions.session_date, repeats.event_date) as session_date,
        sessions.session_key,
        repeats.property_id,
        repeats.event_date,
        repeats.event_at,
        repeats.user_pseudo_id,
        repeats.transaction_id,
        not repeats.is_repeat as is_counted,
        -- Of a counted event the other copies of the export are gone, of a repeat all of them.
        repeats.copies - if(repeats.is_repeat, 0, 1) as events_removed,
        matches.order_id,
        matches.gross_revenue
    from repeats
    left join sessions
        on repeats.session_key = sessions.session_key
        and repeats.event_date between sessions.session_date and sessions.session_date + {{ spill }}
    left join matches
        on repeats.purchase_key = matches.purchase_key and repeats.event_order = matches.event_order
    where {{ in_batch('coalesce(sessions.session_date, repeats.event_date)') }}

)

select * from placed
