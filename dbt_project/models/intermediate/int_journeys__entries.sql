{{ config(materialized='days', meta={'day_column': 'credit_date', 'subjects': ['credits']}) }}
-- depends_on: {{ ref('int_changes__credit_days') }}

with orders as (

    select * from {{ ref('int_orders__counted') }}
    where is_counted

),

refunds as (

    select * from {{ ref('int_orders__refunds') }}
    where {{ in_batch('refund_date') }}

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
    where {{ in_batch('order_date') }}
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

)

select * from entries
