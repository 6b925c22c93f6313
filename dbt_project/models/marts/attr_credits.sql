{{ config(materialized='days', meta={'day_column': 'order_date', 'subjects': ['weights'], 'days_per_batch': 62}) }}
-- depends_on: {{ ref('int_changes__credit_days') }}

with orders as (

    select * from {{ ref('int_orders__counted') }}
    where is_counted and {{ in_batch('order_date') }}

),

weights as (

    select * from {{ ref('int_journeys__weights') }}
    where {{ in_batch('order_date') }}

),

shop_copies as (

    select order_id from {{ ref('int_orders__shop_copies') }}

),

credits as (

    -- An order without a seen touch is one row that every model gives all to.
    select
        orders.order_id,
        orders.order_date,
        orders.ordered_at,
        coalesce(weights.touch_number, 0)::bigint as touch_number,
        coalesce(weights.touches, 0)::bigint as touches,
        weights.touch_id,
        weights.touched_at,
        weights.touch_date,
        weights.age_us / 3600000000 as hours_before_order,
        coalesce(
            weights.channel, if(shop_copies.order_id is not null, 'TikTok Shop', '(unobserved)')
        ) as channel,
        coalesce(weights.content_surface, 'other') as content_surface,
        weights.campaign_name,
        weights.campaign_id,
        weights.ad_id,
        orders.gross_revenue,
        {{ weights_or('weights', 1) }}
    from orders
    left join weights on orders.order_id = weights.order_id
    left join shop_copies on orders.order_id = shop_copies.order_id

)

select * from credits
