with performance as (

    select * from {{ ref('stg_tiktok_shop__shop_daily') }}

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
        {{ rate_or_stop('performance.currency', 'performance.report_date', 'rates.exchange_rate') }} as rate
    from performance
    cross join status
    left join rates on performance.currency = rates.currency and performance.report_date = rates.rate_date
    where performance.report_date <= status.last_date

),

chosen as (

    select
        report_date,
        'tiktok_shop' as channel,
        shop_id,
        orders as platform_orders,
        units as platform_units,
        customers as platform_customers,
        visitors as platform_visitors,
        product_impressions,
        product_clicks,
        round(gmv_account_currency * rate, 4)::decimal(18, 4) as platform_gmv,
        round(shipping_fees_account_currency * rate, 4)::decimal(18, 4) as platform_shipping_fees,
        round(refunds_account_currency * rate, 4)::decimal(18, 4) as platform_refunds,
        round(live_attributed_gmv_account_currency * rate, 4)::decimal(18, 4) as platform_live_gmv,
        round(video_attributed_gmv_account_currency * rate, 4)::decimal(18, 4) as platform_video_gmv
    from rated

)

select * from chosen
