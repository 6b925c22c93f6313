with performance as (

    select * from {{ ref('stg_tiktok_shop__product_daily') }}

),

listings as (

    select * from {{ ref('stg_tiktok_shop__products') }}

),

rates as (

    select * from {{ ref('int_rates__daily') }}

),

status as (

    select max(horizon) as last_date from {{ source('ledger', 'stream_status') }}

),

rated as (

    select
        performance.*,
        -- TikTok counts by listing: one with several codes stands at its first.
        coalesce(nullif(trim(listings.first_seller_sku), ''), '(unknown product)') as product_key,
        {{ rate_or_stop('performance.currency', 'performance.report_date', 'rates.exchange_rate') }} as rate
    from performance
    cross join status
    left join listings on performance.product_id = listings.product_id
    left join rates on performance.currency = rates.currency and performance.report_date = rates.rate_date
    where performance.report_date <= status.last_date

),

by_product as (

    select
        report_date,
        'tiktok_shop' as channel,
        shop_id,
        product_key,
        sum(product_impressions)::bigint as product_impressions,
        sum(product_clicks)::bigint as product_clicks,
        sum(adds_to_cart)::bigint as adds_to_cart,
        max(orders)::bigint as platform_orders_as_stated,
        sum(units)::bigint as platform_units_as_stated,
        round(sum(gmv_account_currency * rate), 4)::decimal(18, 4) as platform_gmv_as_stated
    from rated
    group by all

)

select * from by_product
