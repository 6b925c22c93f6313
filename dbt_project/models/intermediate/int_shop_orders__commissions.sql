with affiliate as (

    select * from {{ ref('stg_tiktok_shop__affiliate_orders') }}

),

orders as (

    select * from {{ ref('int_shop_orders__counted') }}

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

listed_skus as (

    select unnest(skus::json[]) as sku from listings

),

sellers_codes as (

    select
        sku ->> '$.id' as sku_id,
        any_value(nullif(trim(sku ->> '$.seller_sku'), '')) as sku
    from listed_skus
    group by all

),

dated as (

    select
        affiliate.*,
        orders.is_counted,
        orders.exchange_rate,
        coalesce(orders.order_date, {{ reporting_date('affiliate.created_at') }}) as reporting_order_date
    from affiliate
    left join orders on affiliate.order_id = orders.order_id

),

rated as (

    select
        dated.*,
        coalesce(
            dated.exchange_rate,
            {{ rate_or_stop('dated.currency', 'dated.reporting_order_date', 'rates.exchange_rate') }}
        ) as rate
    from dated
    cross join status
    left join rates on dated.currency = rates.currency and dated.reporting_order_date = rates.rate_date
    where dated.reporting_order_date <= status.last_date

),

owed as (

    -- The real amount once settled, nothing once ineligible, TikTok's estimate until then.
    select
        *,
        settlement_status = 'SETTLED' as is_settled,
        case
            when is_settled
                then
                    coalesce(actual_commission_account_currency, 0)
                    + coalesce(actual_shop_ads_commission_account_currency, 0)
            when settlement_status = 'INELIGIBLE' or not is_counted then 0
            else
                coalesce(estimated_commission_account_currency, 0)
                + coalesce(estimated_shop_ads_commission_account_currency, 0)
        end as commission_account_currency
    from rated

),

chosen as (

    select
        owed.order_id,
        owed.sku_id,
        owed.shop_id,
        owed.reporting_order_date as order_date,
        owed.product_id,
        sellers_codes.sku,
        owed.creator_handle_sha256,
        owed.content_type,
        owed.content_id,
        owed.units,
        owed.settlement_status,
        owed.is_settled,
        owed.is_counted,
        round(owed.commission_account_currency * owed.rate, 4)::decimal(18, 4) as commission
    from owed
    left join sellers_codes on owed.sku_id = sellers_codes.sku_id

)

select * from chosen
