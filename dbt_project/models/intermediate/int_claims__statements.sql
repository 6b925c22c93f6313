{{ config(materialized='days', meta={
    'day_column': 'report_date', 'subjects': ['tiktok_ads__campaign_daily', 'tiktok_ads__campaign_daily__pulls']
}) }}
-- depends_on: {{ ref('int_changes__days') }}

with pulls as (

    select * from {{ ref('stg_tiktok_ads__campaign_daily_history') }}
    where {{ in_batch('report_date') }}

),

accounts as (

    select * from {{ ref('stg_tiktok_ads__advertisers') }}

),

account_rates as (

    select * from {{ ref('int_ads__account_rates') }}

),

told as (

    select
        pulls.report_date,
        pulls.advertiser_id,
        pulls.campaign_id,
        pulls.pull_id,
        pulls.pulled_at,
        timezone(accounts.account_timezone, pulls.pulled_at)::date as pulled_date,
        timezone(accounts.account_timezone, (pulls.report_date + 1)::timestamp) as day_ended_at,
        -- A day of grace for reports that are computed late.
        pulls.previous_pulled_at
        >= day_ended_at + to_seconds(({{ var('claim_click_hours') }} + 24) * 3600) as is_after_window,
        round(pulls.spend_account_currency * account_rates.exchange_rate, 4)::decimal(18, 4) as spend,
        pulls.web_purchases as purchases,
        round(pulls.web_purchase_value_account_currency * account_rates.exchange_rate, 4)::decimal(18, 4)
            as purchase_value
    from pulls
    inner join accounts on pulls.advertiser_id = accounts.advertiser_id
    asof left join account_rates
        on pulls.advertiser_id = account_rates.advertiser_id and pulls.report_date >= account_rates.valid_from

),

compared as (

    select
        *,
        coalesce(lag(spend) over statements, 0) as spend_before,
        coalesce(lag(purchases) over statements, 0) as purchases_before,
        coalesce(lag(purchase_value) over statements, 0) as purchase_value_before
    from told
    window statements as (partition by report_date, advertiser_id, campaign_id order by pull_id)

),

changed as (

    -- A pull that moved other campaigns only is no statement about this one.
    select
        report_date,
        advertiser_id,
        campaign_id,
        row_number() over statements as statement_number,
        pulled_at,
        pulled_date,
        (pulled_date - report_date)::bigint as age_days,
        lead(pull_id) over statements is null as is_newest,
        coalesce(is_after_window, false) as is_after_window,
        spend,
        purchases,
        purchase_value,
        (spend - spend_before)::decimal(18, 4) as spend_change,
        (purchases - purchases_before)::bigint as purchases_change,
        (purchase_value - purchase_value_before)::decimal(18, 4) as purchase_value_change
    from compared
    where spend != spend_before or purchases != purchases_before or purchase_value != purchase_value_before
    window statements as (partition by report_date, advertiser_id, campaign_id order by pull_id)

)

select * from changed
