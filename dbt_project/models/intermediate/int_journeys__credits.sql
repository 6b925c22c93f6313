{{ config(materialized='days', meta={'day_column': 'credit_date', 'subjects': ['credits'], 'days_per_batch': 31}) }}
-- depends_on: {{ ref('int_changes__credit_days') }}
{%- set models = [
    'last_touch', 'first_touch', 'last_non_direct', 'linear', 'position', 'time_decay', 'w_shaped', 'full_path',
    'platform_tiktok', 'equal_split', 'markov', 'shapley',
] %}

with orders as (

    select * from {{ ref('int_orders__counted') }}

),

refunds as (

    select * from {{ ref('int_orders__refunds') }}

),

weights as (

    select * from {{ ref('int_journeys__weights') }}

),

shop_copies as (

    select order_id from {{ ref('int_orders__shop_copies') }}

),

entries as (

    -- Double entry: an order is booked on its day, each refund on its own.
    select
        order_id,
        order_date,
        order_id as entry_id,
        'order' as entry,
        order_date as credit_date,
        1 as order_count,
        coalesce(is_new_customer, false)::integer as new_customer_count,
        gross_revenue,
        0::decimal(18, 4) as refund_amount
    from orders
    where is_counted and {{ in_batch('order_date') }}
    union all
    select
        refunds.order_id,
        orders.order_date,
        refunds.refund_id as entry_id,
        'refund' as entry,
        refunds.refund_date as credit_date,
        0 as order_count,
        0 as new_customer_count,
        0 as gross_revenue,
        refunds.refund_amount
    from refunds
    inner join orders on refunds.order_id = orders.order_id
    where orders.is_counted and {{ in_batch('refunds.refund_date') }}

),

entry_touches as (

    -- On the day too, so that DuckDB reads no other days.
    select
        entries.*,
        weights.* exclude (order_id, order_date)
    from entries
    left join weights on entries.order_id = weights.order_id and entries.order_date = weights.order_date

),

by_model as (

    unpivot (
        select * replace ({% for model in models %}coalesce({{ model }}, 1) as {{ model }}{{ ', ' if not loop.last }}{% endfor %})
        from entry_touches
    )
    on {{ models | join(', ') }}
    into name model value weight

),

without_claim as (

    -- One row for what a model gives to nobody: orders no TikTok click came before.
    select distinct on (entry_id, model) * replace (
        null as touch_number, null as touch_id, null as touch_date, null as touched_at,
        '(no TikTok click)' as channel, null as source, null as content, 'other' as content_surface,
        null as campaign_name, null as campaign_id, null as ad_id, 1 as weight
    )
    from by_model
    qualify sum(weight) over (partition by entry_id, model) = 0

),

shared as (

    select * from by_model
    where weight > 0
    union all by name
    select * from without_claim

),

credits as (

    -- Whole cents and millionths of an order, so that the shares add up exactly.
    {%- set each = ("entry_id, model", "touch_number desc") %}
    select
        credit_date,
        order_date,
        touch_date,
        touched_at,
        entry,
        entry_id,
        order_id,
        model,
        touch_number,
        -- A copy of a TikTok Shop order never was in the web shop: nothing went unobserved.
        coalesce(
            channel,
            if(order_id in (select shop_copies.order_id from shop_copies), 'TikTok Shop', '(unobserved)')
        ) as channel,
        coalesce(content_surface, 'other') as content_surface,
        source,
        content,
        campaign_name,
        campaign_id,
        ad_id,
        ({{ largest_remainder('order_count * 1000000', 'weight', *each) }} * 0.000001::decimal(7, 6))::decimal(18, 6)
            as orders,
        ({{ largest_remainder('new_customer_count * 1000000', 'weight', *each) }}
        * 0.000001::decimal(7, 6))::decimal(18, 6) as new_customer_orders,
        ({{ largest_remainder('(gross_revenue * 100)::bigint', 'weight', *each) }} * 0.01::decimal(3, 2))::decimal(18, 4)
            as gross_revenue,
        ({{ largest_remainder('(refund_amount * 100)::bigint', 'weight', *each) }} * 0.01::decimal(3, 2))::decimal(18, 4)
            as refunds
    from shared

)

select * from credits
