{{ config(materialized='days', meta={'day_column': 'order_date', 'subjects': ['orders']}) }}
-- depends_on: {{ ref('int_changes__days') }}

with orders as (

    select * from {{ ref('stg_shopify__orders') }}

),

rates as (

    select * from {{ ref('int_rates__daily') }}

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

rated as (

    select
        newest.*,
        {{ rate_or_stop('newest.shop_currency', 'newest.order_date', 'rates.exchange_rate') }} as rate
    from newest
    left join rates on newest.shop_currency = rates.currency and newest.order_date = rates.rate_date

),

with_money as (

    -- Shop money as placed, to the cent; presentment money differs by rounding and rate.
    select
        *,
        round((total_price ->> '$.shopMoney.amount')::decimal(18, 4) * rate, 2)::decimal(18, 4) as gross_revenue,
        round((total_tax ->> '$.shopMoney.amount')::decimal(18, 4) * rate, 4)::decimal(18, 4) as tax,
        round((total_shipping ->> '$.shopMoney.amount')::decimal(18, 4) * rate, 4)::decimal(18, 4) as shipping,
        round((total_discounts ->> '$.shopMoney.amount')::decimal(18, 4) * rate, 4)::decimal(18, 4) as discounts,
        (customer_journey ->> '$.customerOrderIndex')::bigint as customer_order_number,
        (customer ->> '$.numberOfOrders')::bigint as customer_orders
    from rated

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
        ship_country,
        ship_zip_area,
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
