{{ config(materialized='days', meta={'day_column': 'order_date', 'subjects': ['claim_orders'], 'days_per_batch': 62}) }}
-- depends_on: {{ ref('int_changes__days') }}

with orders as (

    select * from {{ ref('int_orders__counted') }}
    where {{ in_batch('order_date') }}

),

purchases as (

    select transaction_id, event_at, user_pseudo_id from {{ ref('int_web__events') }}
    where event_name = 'purchase' and {{ in_batch('event_date', before=2, after=4) }}

),

matomo_orders as (

    select * from {{ ref('int_claims__matomo_orders') }}
    where {{ in_batch('seen_date', before=2, after=4) }}

),

shop_visits as (

    select * from {{ ref('int_claims__shop_clicks') }}
    where {{ in_batch('order_date') }}

),

order_references as (

    -- Shops send any of these four as the order's reference.
    select
        order_id,
        order_date,
        ordered_at,
        unnest([order_id, order_name, ltrim(order_name, '#'), legacy_order_id]) as reference
    from orders

),

sightings as (

    -- Each witness tells who bought and how often the purchase was reported once more.
    select
        order_references.order_id,
        'ga4' as witness,
        arg_min(purchases.user_pseudo_id, (purchases.event_at, purchases.user_pseudo_id)) as visitor_key,
        count(*) - 1 as repeats
    from order_references
    inner join purchases on order_references.reference = purchases.transaction_id
    where
        purchases.event_at >= order_references.ordered_at - interval 1 day
        and purchases.event_at < order_references.ordered_at + interval 3 days
    group by all
    union all
    select
        order_references.order_id,
        'matomo' as witness,
        arg_min(coalesce(matomo_orders.visitor_id, matomo_orders.visit_key), matomo_orders.visit_key) as visitor_key,
        count(*) - 1 + sum(matomo_orders.repeats) as repeats
    from order_references
    inner join matomo_orders on order_references.reference = matomo_orders.order_reference
    where
        matomo_orders.ordered_at >= order_references.ordered_at - interval 1 day
        and matomo_orders.ordered_at < order_references.ordered_at + interval 3 days
    group by all
    union all
    select distinct
        order_id,
        'shop' as witness,
        null as visitor_key,
        0 as repeats
    from shop_visits

),

seen as (

    -- Two witnesses of one reload do not make two: the one that saw more is believed.
    select
        orders.order_id,
        orders.order_date,
        orders.ordered_at,
        any_value(sightings.visitor_key) filter (where sightings.witness = 'ga4') as browser_key,
        any_value(sightings.visitor_key) filter (where sightings.witness = 'matomo') as matomo_key,
        count(sightings.witness) as witnesses,
        coalesce(max(sightings.repeats), 0)::bigint as repeats
    from orders
    left join sightings on orders.order_id = sightings.order_id
    group by all

)

select * from seen
