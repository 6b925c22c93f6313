{{ config(materialized='days', meta={'day_column': 'credit_date', 'subjects': ['credits'], 'days_per_batch': 62}) }}

with orders as (

    select * from {{ ref('int_orders__counted') }}

),

refunds as (

    select * from {{ ref('int_orders__refunds') }}

),

touches as (

    select * from {{ ref('int_journeys__order_touches') }}

),

entries as (

    -- Double entry: an order is booked on its day, each refund on its own.
    select
        order_id,
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

models as (

    select unnest(['last_touch', 'linear']) as model

),

shared as (

    -- `parts` touches share an entry equally; the latest has rank 1. No seen touch: one part, unobserved.
    select
        entries.*,
        models.model,
        coalesce(touches.channel, '(unobserved)') as channel,
        touches.touch_number,
        touches.campaign_id,
        touches.ad_id,
        if(models.model = 'linear', coalesce(touches.touches, 1), 1) as parts,
        coalesce(touches.touches - touches.touch_number, 0) + 1 as part_rank
    from entries
    cross join models
    left join touches on entries.order_id = touches.order_id
    where models.model = 'linear' or coalesce(touches.touch_number = touches.touches, true)

),

credits as (

    -- Whole cents and millionths of an order, so that the shares add up exactly.
    select
        credit_date,
        entry,
        entry_id,
        order_id,
        model,
        touch_number,
        channel,
        campaign_id,
        ad_id,
        ({{ equal_share('order_count * 1000000', 'parts', 'part_rank') }})::decimal(18, 6)
        * 0.000001::decimal(7, 6) as orders,
        ({{ equal_share('new_customer_count * 1000000', 'parts', 'part_rank') }})::decimal(18, 6)
        * 0.000001::decimal(7, 6) as new_customer_orders,
        {{ equal_share('(gross_revenue * 100)::bigint', 'parts', 'part_rank') }}
        * 0.01::decimal(3, 2) as gross_revenue,
        {{ equal_share('(refund_amount * 100)::bigint', 'parts', 'part_rank') }}
        * 0.01::decimal(3, 2) as refunds
    from shared

),

typed as (

    select
        * replace (
            orders::decimal(18, 6) as orders,
            new_customer_orders::decimal(18, 6) as new_customer_orders,
            gross_revenue::decimal(18, 4) as gross_revenue,
            refunds::decimal(18, 4) as refunds
        )
    from credits

)

select * from typed
