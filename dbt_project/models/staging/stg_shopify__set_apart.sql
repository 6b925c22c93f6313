with landed as (

    select * from {{ source('landing', 'shopify__orders') }}

),

judged as (

    select
        id as order_id,
        _account_id as shop_id,
        -- The day of its last change: that of the order may be what can't be read.
        _window_start as changed_date,
        {{ order_fault() }} as reason,
        "currencyCode" as shop_currency,
        _pull_id as pull_id,
        try_cast("totalPriceSet" ->> '$.shopMoney.amount' as decimal(18, 4)) as amount_shop_currency
    from landed

),

set_apart as (

    select * from judged
    where reason is not null

)

select * from set_apart
