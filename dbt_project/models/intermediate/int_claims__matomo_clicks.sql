{{ config(materialized='days', meta={
    'day_column': 'click_date', 'subjects': ['matomo_visits'], 'days_per_batch': 31
}) }}
-- depends_on: {{ ref('int_changes__days') }}

with visits as (

    -- The landed day prunes; the visit's own day stands in the JSON of its actions.
    select * from {{ ref('stg_matomo__visits') }}
    where {{ in_batch('window_start', before=1, after=3) }}

),

rules as (

    select * from {{ ref('channel_rules') }}

),

categories as (

    select * from {{ ref('source_categories') }}

),

tiktok_channels as (

    select * from {{ ref('tiktok_channels') }}

),

named as (

    -- Only what carries a campaign or a click id can be a paid click.
    select
        visit_key,
        visitor_id,
        started_at as clicked_at,
        {{ reporting_date('started_at') }} as click_date,
        ad_content,
        lower(coalesce(campaign_source, '(direct)')) as source,
        lower(coalesce(campaign_medium, '(none)')) as medium,
        coalesce(lower(campaign_name), '') as campaign_key,
        ttclid is not null as has_ttclid
    from visits
    where
        (campaign_source is not null or ttclid is not null)
        and {{ in_batch(reporting_date('started_at')) }}

),

{{ channels_of('named') }},

clicks as (

    select
        named.click_date,
        named.clicked_at,
        named.visit_key,
        named.visitor_id,
        {{ unreplaced_macro('named.ad_content') }} as ad_id
    from named
    inner join classified
        on named.source = classified.source
        and named.medium = classified.medium
        and named.campaign_key = classified.campaign_key
        and named.has_ttclid = classified.has_ttclid
    inner join tiktok_channels on classified.own_channel = tiktok_channels.channel
    where tiktok_channels.traffic = 'paid'

)

select * from clicks
