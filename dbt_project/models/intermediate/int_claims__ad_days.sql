{{ config(materialized='days', meta={'day_column': 'report_date', 'subjects': ['tiktok_ads__ad_daily']}) }}
-- depends_on: {{ ref('int_changes__days') }}

with reported as (

    select * from {{ ref('stg_tiktok_ads__ad_daily') }}
    where {{ in_batch('report_date') }}

),

account_rates as (

    select * from {{ ref('int_ads__account_rates') }}

),

by_ad as (

    -- TikTok splits its purchases; should the parts exceed the whole, the whole is believed.
    select
        report_date,
        advertiser_id,
        ad_id,
        coalesce(web_purchases, 0) as purchases,
        least(coalesce(vta_purchases, 0), purchases) as views,
        least(coalesce(evta_purchases, 0), purchases - views) as engaged_views,
        coalesce(conversions_by_event_day, 0) as purchases_by_event_day,
        coalesce(web_purchase_value_account_currency, 0) as value_account_currency,
        coalesce(vta_purchase_value_account_currency, 0) as view_value_account_currency
    from reported

),

claimed as (

    select
        by_ad.report_date,
        by_ad.advertiser_id,
        by_ad.ad_id,
        account_rates.account_currency,
        by_ad.purchases::bigint as purchases,
        (by_ad.purchases - by_ad.views - by_ad.engaged_views)::bigint as click_purchases,
        by_ad.views::bigint as view_purchases,
        by_ad.engaged_views::bigint as engaged_view_purchases,
        by_ad.purchases_by_event_day::bigint as purchases_by_event_day,
        round(by_ad.value_account_currency * account_rates.exchange_rate, 4)::decimal(18, 4) as purchase_value,
        round(by_ad.view_value_account_currency * account_rates.exchange_rate, 4)::decimal(18, 4) as view_value
    from by_ad
    asof left join account_rates
        on by_ad.advertiser_id = account_rates.advertiser_id and by_ad.report_date >= account_rates.valid_from
    where by_ad.purchases > 0 or by_ad.purchases_by_event_day > 0 or by_ad.value_account_currency > 0

)

select * from claimed
