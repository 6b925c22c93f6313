{{ config(materialized='days', meta={
    'day_column': 'order_date', 'subjects': ['buyers'], 'days_per_batch': 62
}) }}
-- depends_on: {{ ref('int_changes__days') }}

with orders as (

    select * from {{ ref('int_orders__counted') }}
    where is_counted and {{ in_batch('order_date') }}

),

customers as (

    -- The e-mail outlives a customer record that the shop merges or makes anew.
    select
        order_id,
        coalesce('email|' || email_sha256, 'customer|' || customer_id) as customer_key
    from {{ ref('stg_shopify__orders') }}
    where {{ in_batch(reporting_date('ordered_at')) }}
    qualify row_number() over (partition by order_id order by updated_at desc, pulled_at desc, pull_id desc) = 1

),

order_references as (

    -- Shops send any of these four as the order's reference.
    select
        order_id,
        ordered_at,
        unnest([order_id, order_name, ltrim(order_name, '#'), legacy_order_id]) as reference
    from orders

),

purchases as (

    select
        1 as tracker_rank,
        'ga4' as tracker,
        'ga4|' || user_pseudo_id as browser_key,
        user_id_sha256,
        transaction_id as reference,
        event_at as bought_at
    from {{ ref('int_web__events') }}
    where
        event_name = 'purchase'
        and user_pseudo_id is not null
        and {{ in_batch('event_date', before=2, after=4) }}
    union all
    select
        2 as tracker_rank,
        'matomo' as tracker,
        'matomo|' || visits.visitor_id as browser_key,
        visits.user_id_sha256,
        actions.order_id as reference,
        actions.action_at as bought_at
    from {{ ref('stg_matomo__actions') }} as actions
    inner join {{ ref('stg_matomo__visits') }} as visits
        on actions.visit_key = visits.visit_key and actions.window_start = visits.window_start
    where
        actions.action_type = 'ecommerceOrder'
        and visits.visitor_id is not null
        and {{ in_batch('actions.window_start', before=3, after=7) }}

),

matches as (

    -- The browser is that of the first purchase that names the order; repeats are ignored. Matomo is asked
    -- only where the event export did not see the purchase: each order's visits come from one tool.
    select
        order_references.order_id,
        purchases.tracker,
        purchases.browser_key,
        purchases.user_id_sha256
    from order_references
    inner join purchases on order_references.reference = purchases.reference
    where
        purchases.bought_at >= order_references.ordered_at - interval 1 day
        and purchases.bought_at < order_references.ordered_at + interval 3 days
    qualify row_number() over (
        partition by order_references.order_id
        order by
            purchases.tracker_rank, purchases.bought_at, purchases.browser_key, purchases.user_id_sha256 nulls last
    ) = 1

),

buyers as (

    select
        orders.order_id,
        orders.order_date,
        orders.ordered_at,
        customers.customer_key,
        matches.tracker,
        matches.browser_key,
        matches.user_id_sha256
    from orders
    left join customers on orders.order_id = customers.order_id
    left join matches on orders.order_id = matches.order_id

)

select * from buyers
