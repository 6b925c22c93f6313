with orders as (

    select * from {{ ref('stg_tiktok_shop__orders') }}

),

rates as (

    select * from {{ ref('int_rates__daily') }}

),

status as (

    select max(horizon) as last_date from {{ source('ledger', 'stream_status') }}

),

dated as (

    -- The pull of a morning brings orders of a day that is not over: they wait, as all marts do.
    select
        orders.*,
        {{ reporting_date('orders.created_at') }} as order_date
    from orders
    cross join status
    where {{ reporting_date('orders.created_at') }} <= status.last_date

),

rated as (

    select
        dated.*,
        {{ rate_or_stop('dated.currency', 'dated.order_date', 'rates.exchange_rate') }} as rate
    from dated
    left join rates on dated.currency = rates.currency and dated.order_date = rates.rate_date

),

judged as (

    -- The first reason that holds; an order without one is counted.
    select
        *,
        case
            when is_sample then 'sample'
            when is_replacement then 'replacement'
            when order_status = 'CANCELLED' then 'cancelled'
            when order_status = 'UNPAID' or paid_at is null then 'unpaid'
        end as exclusion_reason,
        list_filter((line_items ->> '$[*].room_id'), id -> coalesce(id, '') != '')[1] as room_id
    from rated

),

chosen as (

    select
        order_id,
        shop_id,
        created_at as ordered_at,
        order_date,
        order_status,
        paid_at is not null as is_paid,
        buyer_id_sha256,
        room_id,
        rate as exchange_rate,
        round(total_account_currency * rate, 2)::decimal(18, 4) as gross_revenue,
        round(shipping_fee_account_currency * rate, 2)::decimal(18, 4) as shipping,
        round(seller_discount_account_currency * rate, 2)::decimal(18, 4) as seller_discounts,
        round(platform_discount_account_currency * rate, 2)::decimal(18, 4) as platform_discounts,
        round(tax_account_currency * rate, 2)::decimal(18, 4) as tax_on_top,
        exclusion_reason is null as is_counted,
        exclusion_reason
    from judged

)

select * from chosen
