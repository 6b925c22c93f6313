with returned as (

    select * from {{ ref('stg_tiktok_shop__returns') }}

),

cancelled as (

    select * from {{ ref('stg_tiktok_shop__cancellations') }}

),

orders as (

    select * from {{ ref('int_shop_orders__counted') }}

),

rates as (

    select * from {{ ref('int_rates__daily') }}

),

status as (

    select max(horizon) as last_date from {{ source('ledger', 'stream_status') }}

),

ended as (

    -- Money is back once the request is complete: its last change is that moment.
    select
        return_id as refund_id,
        'return' as refund_kind,
        order_id,
        shop_id,
        updated_at as refunded_at,
        currency,
        refund_total_account_currency,
        refund_shipping_fee_account_currency
    from returned
    where return_status = 'RETURN_OR_REFUND_REQUEST_COMPLETE' and refund_total_account_currency > 0
    union all
    select
        cancel_id as refund_id,
        'cancellation' as refund_kind,
        order_id,
        shop_id,
        updated_at as refunded_at,
        currency,
        refund_total_account_currency,
        refund_shipping_fee_account_currency
    from cancelled
    where cancel_status = 'CANCELLATION_REQUEST_COMPLETE' and refund_total_account_currency > 0

),

dated as (

    select
        ended.*,
        {{ reporting_date('ended.refunded_at') }} as refund_date
    from ended
    cross join status
    where {{ reporting_date('ended.refunded_at') }} <= status.last_date

),

rated as (

    -- At the order day's rate, so that a full refund takes back exactly what the order brought.
    select
        dated.*,
        orders.order_date,
        coalesce(orders.is_counted, true) as is_counted,
        coalesce(
            orders.exchange_rate, {{ rate_or_stop('dated.currency', 'dated.refund_date', 'rates.exchange_rate') }}
        ) as rate
    from dated
    left join orders on dated.order_id = orders.order_id
    left join rates on dated.currency = rates.currency and dated.refund_date = rates.rate_date

),

chosen as (

    select
        refund_id, refund_kind, order_id, shop_id, order_date, refunded_at, refund_date, is_counted,
        round(refund_total_account_currency * rate, 2)::decimal(18, 4) as refund_amount,
        round(refund_shipping_fee_account_currency * rate, 2)::decimal(18, 4) as refund_shipping
    from rated

)

select * from chosen
