{{ config(materialized='days', meta={
    'day_column': 'report_date', 'subjects': ['tiktok_ads__campaign_daily', 'tiktok_ads__campaign_daily__pulls']
}) }}
-- depends_on: {{ ref('int_changes__days') }}

with statements as (

    select * from {{ ref('int_claims__statements') }}
    where {{ in_batch('report_date') }}

),

kpis as (

    select
        report_date,
        advertiser_id,
        campaign_id,
        statement_number,
        pulled_date,
        age_days,
        statement_number = 1 as is_first,
        is_newest,
        is_after_window,
        spend,
        purchases,
        purchase_value,
        spend_change,
        purchases_change,
        purchase_value_change
    from statements

)

select * from kpis
