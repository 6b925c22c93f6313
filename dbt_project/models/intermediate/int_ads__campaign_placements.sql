{{ config(materialized='days', meta={
    'day_column': 'report_date', 'subjects': ['tiktok_ads__ad_placement_daily', 'tiktok_ads__ads']
}) }}
-- depends_on: {{ ref('int_changes__days') }}

with reported as (

    select * from {{ ref('stg_tiktok_ads__ad_placement_daily') }}

),

ad_facts as (

    select * from {{ ref('int_ads__ad_facts') }}

),

summed as (

    -- TikTok splits by placement at the ads only, where it tells no reach.
    select
        reported.report_date,
        reported.advertiser_id,
        coalesce(ad_facts.campaign_id, '(unknown)') as campaign_id,
        reported.placement,
        sum(reported.spend_account_currency)::decimal(18, 4) as spend_account_currency,
        sum(reported.impressions)::bigint as impressions,
        sum(reported.clicks)::bigint as clicks,
        sum(reported.conversions)::bigint as conversions,
        sum(reported.conversions_by_event_day)::bigint as conversions_by_event_day,
        sum(reported.video_plays)::bigint as video_plays,
        sum(reported.video_views_2s)::bigint as video_views_2s,
        sum(reported.video_views_6s)::bigint as video_views_6s,
        sum(reported.video_views_p100)::bigint as video_views_p100,
        {{ ratio(
            'sum(reported.average_seconds_played * reported.video_plays order by reported.ad_id)', 'sum(reported.video_plays)'
        ) }} as average_seconds_played,
        sum(reported.likes)::bigint as likes,
        sum(reported.comments)::bigint as comments,
        sum(reported.shares)::bigint as shares,
        sum(reported.follows)::bigint as follows,
        sum(reported.profile_visits)::bigint as profile_visits,
        sum(reported.landing_page_views)::bigint as landing_page_views
    from reported
    left join ad_facts on reported.ad_id = ad_facts.ad_id
    where {{ in_batch('reported.report_date') }}
    group by all

)

select * from summed
