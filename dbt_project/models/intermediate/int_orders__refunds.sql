{{ config(materialized='days', meta={'day_column': 'refund_date', 'subjects': ['refunds']}) }}
-- depends_on: {{ ref('int_changes__days') }}

with orders as (

    select * from {{ ref('stg_shopify__orders') }}

),

rates as (

    select * from {{ ref('int_rates__daily') }}

),

listed as (

    select
        order_id,
        shop_currency,
        {{ reporting_date('ordered_at') }} as order_date,
        unnest(from_json(refunds, '[{"id": "VARCHAR", "processedAt": "TIMESTAMPTZ", "totalRefundedSet": "JSON"}]'))
            as refund
    from orders
    where refunds::varchar != '[]'

),

dated as (

    -- At the order day's rate, so that a full refund takes back exactly what the order brought.
    select
        listed.refund.id as refund_id,
        listed.order_id,
        listed.order_date,
        listed.refund."processedAt" as refunded_at,
        {{ reporting_date('listed.refund."processedAt"') }} as refund_date,
        round(
            (listed.refund."totalRefundedSet" ->> '$.shopMoney.amount')::decimal(18, 4)
            * {{ rate_or_stop('listed.shop_currency', 'listed.order_date', 'rates.exchange_rate') }},
            2
        )::decimal(18, 4) as refund_amount
    from listed
    left join rates on listed.shop_currency = rates.currency and listed.order_date = rates.rate_date

),

kept as (

    select * from dated
    where {{ in_batch('refund_date') }}
    qualify row_number() over (partition by refund_id order by refunded_at, order_id) = 1

)

select * from kept
