{{ config(materialized='days', meta={
    'day_column': 'report_date', 'subjects': [
        'tiktok_ads__ad_daily', 'tiktok_ads__ad_hourly', 'tiktok_ads__ad_placement_daily', 'tiktok_ads__adgroup_daily',
        'tiktok_ads__advertiser_daily', 'tiktok_ads__campaign_age_gender_daily', 'tiktok_ads__campaign_country_daily',
        'tiktok_ads__campaign_daily', 'tiktok_ads__campaign_language_daily', 'tiktok_ads__campaign_platform_daily'
    ]
}) }}
-- depends_on: {{ ref('int_changes__days') }}

with set_apart as (

    select * from {{ ref('stg_tiktok_ads__set_apart') }}
    where {{ in_batch('report_date') }}

),

account_rates as (

    select * from {{ ref('int_ads__account_rates') }}

),

rated as (

    select
        set_apart.*,
        account_rates.exchange_rate
    from set_apart
    asof left join account_rates
        on set_apart.advertiser_id = account_rates.advertiser_id
        and set_apart.report_date >= account_rates.valid_from

),

counted as (

    select
        report_date,
        stream_name,
        advertiser_id,
        reason,
        count(*) as rows_set_apart,
        sum({{ ads_money('spend_account_currency') }})::decimal(18, 4) as spend,
        min(row_key) as example_key
    from rated
    group by all

)

select * from counted
