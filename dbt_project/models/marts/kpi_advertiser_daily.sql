{{ config(materialized='days', meta={
    'day_column': 'report_date', 'subjects': ['tiktok_ads__advertiser_daily']
}) }}
-- depends_on: {{ ref('int_changes__days') }}

with reported as (

    select * from {{ ref('stg_tiktok_ads__advertiser_daily') }}

),

account_rates as (

    select * from {{ ref('int_ads__account_rates') }}

),

{{ ads_measured() }},

kpis as (

    select
        report_date,
        advertiser_id,
        {{ ads_kpis() }},
        {{ ads_money('cash_spend_account_currency') }} as cash_spend,
        {{ ads_money('voucher_spend_account_currency') }} as voucher_spend
    from measured

)

select * from kpis
