{{ config(materialized='days', meta={
    'day_column': 'report_date', 'subjects': ['tiktok_ads__ad_daily'],
    'stale_when': {
        'schema': 'intermediate', 'table': 'int_ads__ad_facts', 'key': 'ad_id',
        'columns': ['adgroup_id', 'campaign_id', 'objective', 'ad_format', 'placements', 'creative_id']
    }
}) }}
-- depends_on: {{ ref('int_changes__days') }}

with reported as (

    select * from {{ ref('stg_tiktok_ads__ad_daily') }}

),

account_rates as (

    select * from {{ ref('int_ads__account_rates') }}

),

ad_facts as (

    select * from {{ ref('int_ads__ad_facts') }}

),

{{ ads_measured() }},

described as (

    select
        measured.*,
        ad_facts.campaign_id,
        ad_facts.adgroup_id,
        ad_facts.creative_id,
        ad_facts.objective,
        ad_facts.ad_format,
        ad_facts.placements
    from measured
    left join ad_facts on measured.ad_id = ad_facts.ad_id

),

kpis as (

    select
        report_date,
        advertiser_id,
        campaign_id,
        adgroup_id,
        ad_id,
        creative_id,
        objective,
        ad_format,
        placements,
        {{ ads_kpis() }}
    from described

)

select * from kpis
