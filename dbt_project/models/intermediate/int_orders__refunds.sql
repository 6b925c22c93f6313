{{ config(materialized='days', meta={'day_column': 'refund_date', 'subject': 'refunds'}) }}
-- depends_on: {{ ref('int_changes__days') }}

with orders as (

    select * from {{ ref('stg_shopify__orders') }}

),

listed as (

    select
        order_id,
        {{ reporting_date('ordered_at') }} as order_date,
        unnest(from_json(refunds, '[{"id": "VARCHAR", "processedAt": "TIMESTAMPTZ", "totalRefundedSet": "JSON"}]'))
            as refund
    from orders
    where refunds::varchar != '[]'

),

dated as (

    select
        refund.id as refund_id,
        order_id,
        order_date,
        refund."processedAt" as refunded_at,
        {{ reporting_date('refund."processedAt"') }} as refund_date,
        round((refund."totalRefundedSet" ->> '$.shopMoney.amount')::decimal(18, 4), 2)::decimal(18, 4)
            as refund_amount
    from listed

),

kept as (

    select * from dated
    where {{ in_batch('refund_date') }}
    qualify row_number() over (partition by refund_id order by refunded_at, order_id) = 1

)

select * from kept
