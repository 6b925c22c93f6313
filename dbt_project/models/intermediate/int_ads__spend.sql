{{ config(materialized='days', meta={
    'day_column': 'report_date', 'subjects': ['tiktok_ads__ad_daily'],
    'stale_when': {
        'schema': 'staging', 'table': 'stg_tiktok_ads__ads', 'key': 'ad_id',
        'columns': ['adgroup_id', 'campaign_id']
    }
}) }}
-- depends_on: {{ ref('int_changes__days') }}

with reported as (

    select * from {{ ref('stg_tiktok_ads__ad_daily') }}

),

ads as (

    select * from {{ ref('stg_tiktok_ads__ads') }}

),

account_rates as (

    select * from {{ ref('int_ads__account_rates') }}

),

rated as (

    -- The newest rate that was valid on the day.
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
        rated.report_date,
        rated.ad_id,
        ads.adgroup_id,
        ads.campaign_id,
        rated.advertiser_id,
        rated.account_currency,
        rated.exchange_rate,
        rated.spend_account_currency,
        round(rated.spend_account_currency * rated.exchange_rate, 4)::decimal(18, 4) as spend
    from rated
    left join ads on rated.ad_id = ads.ad_id

)

select * from converted
