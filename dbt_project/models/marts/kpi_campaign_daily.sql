{{ config(materialized='days', meta={
    'day_column': 'report_date',
    'subjects': ['tiktok_ads__campaign_daily', 'tiktok_ads__campaigns', 'tiktok_ads__adgroups'],
    'days_after': 400,
    'stale_when': {
        'schema': 'intermediate', 'table': 'int_ads__entity_facts', 'key': 'campaign_id',
        'columns': [
            'objective', 'ad_format', 'placements', 'scheduled_from', 'scheduled_to', 'budget_known_from'
        ]
    }
}) }}
-- depends_on: {{ ref('int_changes__days') }}

with reported as (

    select * from {{ ref('stg_tiktok_ads__campaign_daily') }}

),

account_rates as (

    select * from {{ ref('int_ads__account_rates') }}

),

facts as (

    select * from {{ ref('int_ads__entity_facts') }}
    where entity = 'campaign'

),

paces as (

    select * from {{ ref('int_ads__paces') }}
    where entity = 'campaign'

),

{{ ads_measured() }},

described as (

    select
        measured.*,
        facts.objective,
        facts.ad_format,
        facts.placements,
        facts.scheduled_from,
        facts.scheduled_to,
        facts.budget_known_from,
        paces.budget_period,
        paces.budget_account_currency,
        paces.budget_spent_account_currency,
        paces.budget_expected_share
    from measured
    left join facts on measured.campaign_id = facts.entity_id
    left join paces on measured.campaign_id = paces.entity_id and measured.report_date = paces.report_date

),

kpis as (

    select
        report_date,
        advertiser_id,
        campaign_id,
        objective,
        ad_format,
        placements,
        {{ ads_kpis() }},
        scheduled_from,
        scheduled_to,
        budget_period,
        budget_known_from,
        budget_account_currency,
        {{ ads_money('budget_account_currency') }} as budget,
        budget_spent_account_currency,
        {{ ratio('budget_spent_account_currency', 'budget_account_currency') }} as budget_spent_share,
        budget_expected_share,
        {{ ratio('budget_spent_share', 'budget_expected_share') }} as budget_pace
    from described

)

select * from kpis
