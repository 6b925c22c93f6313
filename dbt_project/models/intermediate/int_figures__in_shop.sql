{{ config(materialized='days', meta={'day_column': 'report_date', 'subjects': [
    'tiktok_shop__shop_daily', 'tiktok_shop__live_sessions',
]}) }}
-- depends_on: {{ ref('int_changes__days') }}

with shops as (

    select * from {{ ref('stg_tiktok_shop__shop_daily') }}

),

lives as (

    select * from {{ ref('stg_tiktok_shop__live_sessions') }}

),

rates as (

    select * from {{ ref('int_rates__daily') }}

),

original as (

    -- Counts have no currency; amounts wait for the rate of their own day.
    select report_date, currency, 'shop_gmv' as figure, gmv_account_currency as amount from shops
    union all
    select report_date, currency, 'shop_refunds' as figure, refunds_account_currency as amount from shops
    union all
    select report_date, null as currency, 'shop_orders' as figure, orders as amount from shops
    union all
    select report_date, currency, 'live_gmv' as figure, live_attributed_gmv_account_currency as amount from lives
    union all
    select report_date, null as currency, 'live_orders' as figure, attributed_orders as amount from lives

),

converted as (

    select
        original.report_date,
        original.figure,
        round(
            original.amount * case
                when original.currency is null then 1
                else {{ rate_or_stop('original.currency', 'original.report_date', 'rates.exchange_rate') }}
            end,
            4
        ) as amount
    from original
    left join rates on original.currency = rates.currency and original.report_date = rates.rate_date
    where {{ in_batch('original.report_date') }}

),

figures as (

    select
        report_date,
        figure,
        sum(amount)::decimal(18, 4) as amount
    from converted
    group by all

)

select * from figures
