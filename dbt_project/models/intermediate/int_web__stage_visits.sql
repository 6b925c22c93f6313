{{ config(materialized='days', meta={
    'day_column': 'session_date', 'subjects': ['sessions'], 'days_per_batch': 31
}) }}
-- depends_on: {{ ref('int_changes__days') }}

with visits as (

    select * from {{ ref('int_web__session_channels') }}
    where not is_gateway_return and {{ in_batch('session_date') }}

),

channels as (

    select * from {{ ref('tiktok_channels') }}
    where traffic = 'paid'

),

named as (

    select * from {{ ref('int_ads__named') }}

),

staged as (

    -- The ad's stage (its own name's, else its ad group's or campaign's), else the campaign's.
    select
        visits.session_key,
        visits.session_date,
        visits.user_pseudo_id,
        visits.started_at,
        coalesce(ads.sequence_stage, campaigns.sequence_stage, '(unnamed)') as sequence_stage
    from visits
    inner join channels on visits.channel = channels.channel
    left join named as ads on visits.ad_id = ads.entity_id and ads.entity = 'ad'
    left join named as campaigns on visits.campaign_id = campaigns.entity_id and campaigns.entity = 'campaign'

)

select * from staged
