{{ config(materialized='days', meta={'day_column': 'order_date', 'subject': 'orders'}) }}
-- depends_on: {{ ref('int_changes__days') }}

with orders as (

    select * from {{ ref('stg_shopify__orders') }}

),

dated as (

    select
        *,
        {{ reporting_date('ordered_at') }} as order_date
    from orders
    where {{ in_batch('order_date') }}

),

newest as (

    select *
    from dated
    qualify row_number() over (
        partition by order_id
        order by updated_at desc, pulled_at desc, pull_id desc, hash(dated)
    ) = 1

),

with_money as (

    -- Shop money as placed, to the cent; presentment money differs by rounding and rate.
    select
        *,
        round((total_price ->> '$.shopMoney.amount')::decimal(18, 4), 2)::decimal(18, 4) as gross_revenue,
        (total_tax ->> '$.shopMoney.amount')::decimal(18, 4) as tax,
        (total_shipping ->> '$.shopMoney.amount')::decimal(18, 4) as shipping,
        (total_discounts ->> '$.shopMoney.amount')::decimal(18, 4) as discounts,
        (customer_journey ->> '$.customerOrderIndex')::bigint as customer_order_number,
        (customer ->> '$.numberOfOrders')::bigint as customer_orders
    from newest

),

judged as (

    -- The first reason that holds; an order without one is counted.
    select
        *,
        case
            when is_test then 'test'
            when cancelled_at is not null then 'cancelled'
            when financial_status = 'VOIDED' then 'voided'
            when financial_status = 'EXPIRED' then 'expired'
            when shop_currency != '{{ var("reporting_currency") }}' then 'other currency'
        end as exclusion_reason
    from with_money

),

chosen as (

    select
        order_id,
        order_name,
        legacy_order_id,
        ordered_at,
        order_date,
        source_name,
        financial_status,
        gross_revenue,
        tax,
        shipping,
        discounts,
        exclusion_reason is null as is_counted,
        exclusion_reason,
        -- The shop's journey knows the order's position; without it only a single order is sure.
        case
            when customer_order_number is not null then customer_order_number <= 1
            when customer_orders = 1 then true
        end as is_new_customer
    from judged

)

select * from chosen
