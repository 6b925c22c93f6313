{{ config(materialized='days', meta={
    'day_column': 'report_date', 'subjects': ['tiktok_ads__ad_daily'],
    'stale_when': {
        'schema': 'intermediate', 'table': 'int_ads__creatives', 'key': 'creative_id', 'columns': ['ads_listed']
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

creatives as (

    select * from {{ ref('int_ads__creatives') }}

),

{{ ads_measured() }},

shown as (

    select
        measured.*,
        coalesce(ad_facts.creative_id, '(unknown)') as creative_id
    from measured
    left join ad_facts on measured.ad_id = ad_facts.ad_id

),

summed as (

    -- People are not added up: the same ones see the creative in several ads.
    select
        shown.report_date,
        shown.creative_id,
        creatives.ads_listed,
        count(distinct shown.ad_id)::bigint as ads_delivering,
        sum(shown.spend)::decimal(18, 4) as spend,
        sum(shown.impressions)::bigint as impressions,
        sum(shown.clicks)::bigint as clicks,
        sum(shown.video_plays)::bigint as video_plays,
        sum(shown.video_views_2s)::bigint as video_views_2s,
        sum(shown.video_views_6s)::bigint as video_views_6s,
        sum(shown.video_views_p25)::bigint as video_views_p25,
        sum(shown.video_views_p50)::bigint as video_views_p50,
        sum(shown.video_views_p75)::bigint as video_views_p75,
        sum(shown.video_views_p100)::bigint as video_views_p100,
        sum(shown.average_seconds_played * shown.video_plays order by shown.ad_id) as seconds_played,
        sum(shown.likes)::bigint as likes,
        sum(shown.comments)::bigint as comments,
        sum(shown.shares)::bigint as shares,
        sum(shown.follows)::bigint as follows,
        sum(shown.profile_visits)::bigint as profile_visits,
        sum(shown.community_engagements)::bigint as engagements,
        sum(shown.carts)::bigint as carts,
        sum(shown.conversions)::bigint as conversions,
        sum(shown.purchases)::bigint as purchases,
        sum(shown.purchase_value)::decimal(18, 4) as purchase_value
    from shown
    left join creatives on shown.creative_id = creatives.creative_id
    group by all

)

select * from summed
