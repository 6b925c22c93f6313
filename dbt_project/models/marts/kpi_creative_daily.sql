{{ config(materialized='days', meta={
    'day_column': 'report_date', 'subjects': ['tiktok_ads__ad_daily'],
    'stale_when': {
        'schema': 'intermediate', 'table': 'int_ads__creatives', 'key': 'creative_id',
        'columns': ['ads_listed', 'creative_name', 'narration', 'theme', 'ad_format']
    }
}) }}
-- depends_on: {{ ref('int_changes__days') }}

with creative_days as (

    select * from {{ ref('int_ads__creative_daily') }}

),

creatives as (

    select * from {{ ref('int_ads__creatives') }}

),

described as (

    select
        creative_days.*,
        creatives.creative_name,
        creatives.narration,
        creatives.theme,
        creatives.ad_format
    from creative_days
    left join creatives on creative_days.creative_id = creatives.creative_id
    where {{ in_batch('creative_days.report_date') }}

),

kpis as (

    select
        report_date, creative_id, creative_name, narration, theme, ad_format,
        ads_listed, ads_delivering,
        spend, impressions, clicks,
        video_plays, video_views_2s, video_views_6s,
        video_views_p25, video_views_p50, video_views_p75, video_views_p100, seconds_played,
        likes, comments, shares, follows, profile_visits, engagements,
        carts, conversions, purchases, purchase_value,
        {{ ratio('video_views_2s', 'impressions') }} as hook_rate,
        {{ ratio('video_views_6s', 'video_views_2s') }} as hold_rate,
        {{ ratio('video_views_p100', 'impressions') }} as view_through_rate,
        {{ ratio('video_views_p100', 'video_plays') }} as completion_rate,
        {{ ratio('seconds_played', 'video_plays') }} as average_seconds_played,
        {{ ratio('clicks', 'impressions') }} as ctr,
        {{ ratio('spend', 'clicks') }} as cpc,
        {{ ratio('spend * 1000', 'impressions') }} as cpm,
        {{ ratio('spend', 'carts') }} as cost_per_cart,
        {{ ratio('spend', 'conversions') }} as cost_per_conversion,
        {{ ratio('spend', 'purchases') }} as cost_per_purchase,
        {{ ratio('purchase_value', 'spend') }} as platform_roas,
        {{ ratio('engagements', 'impressions') }} as engagement_rate_by_impressions
    from described

)

select * from kpis
