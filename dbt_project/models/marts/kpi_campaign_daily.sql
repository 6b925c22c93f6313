{{ config(materialized='days', meta={'day_column': 'report_date', 'subjects': ['tiktok_ads__campaign_daily']}) }}
-- depends_on: {{ ref('int_changes__days') }}

with reported as (

    select * from {{ ref('stg_tiktok_ads__campaign_daily') }}

),

account_rates as (

    select * from {{ ref('int_ads__account_rates') }}

),

rated as (

    select
        reported.*,
        account_rates.account_currency,
        account_rates.exchange_rate
    from reported
    asof left join account_rates
        on reported.advertiser_id = account_rates.advertiser_id
        and reported.report_date >= account_rates.valid_from
    where {{ in_batch('reported.report_date') }}

),

converted as (

    select
        *,
        round(spend_account_currency * exchange_rate, 4)::decimal(18, 4) as spend,
        coalesce(app_purchases, 0) + coalesce(web_purchases, 0) + coalesce(shop_purchases, 0) as purchases,
        coalesce(app_purchase_value_account_currency, 0)
        + coalesce(web_purchase_value_account_currency, 0)
        + coalesce(shop_purchase_value_account_currency, 0) as value_account_currency
    from rated

),

kpis as (

    select
        report_date,
        advertiser_id,
        campaign_id,
        account_currency,
        spend,
        spend_account_currency,
        impressions,
        clicks,
        reach,
        video_plays,
        video_views_p100,
        conversions,
        purchases,
        round(value_account_currency * exchange_rate, 4)::decimal(18, 4) as purchase_value,
        {{ ratio('impressions', 'reach') }} as frequency,
        {{ ratio('clicks', 'impressions') }} as ctr,
        {{ ratio('spend', 'clicks') }} as cpc,
        {{ ratio('spend * 1000', 'impressions') }} as cpm,
        {{ ratio('spend', 'purchases') }} as cost_per_purchase,
        {{ ratio('purchase_value', 'spend') }} as platform_roas
    from converted

)

select * from kpis
