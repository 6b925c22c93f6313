{{ config(materialized='days', meta={'day_column': 'order_date', 'subjects': ['orders']}) }}
-- depends_on: {{ ref('int_changes__days') }}

with orders as (

    select * from {{ ref('int_orders__regions') }}
    where {{ in_batch('order_date') }}

),

counted as (

    select
        order_date,
        country,
        region,
        count(*) as orders,
        sum(gross_revenue)::decimal(18, 4) as gross_revenue
    from orders
    group by all

)

select * from counted
