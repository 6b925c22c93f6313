{{ config(materialized='days', meta={
    'day_column': 'report_date',
    'subjects': [
        'tiktok_ads__campaign_country_daily', 'tiktok_ads__campaign_age_gender_daily',
        'tiktok_ads__campaign_platform_daily', 'tiktok_ads__campaign_language_daily',
        'tiktok_ads__ad_placement_daily', 'tiktok_ads__ads'
    ]
}) }}
-- depends_on: {{ ref('int_changes__days') }}

with countries as (

    select * from {{ ref('stg_tiktok_ads__campaign_country_daily') }}

),

age_genders as (

    select * from {{ ref('stg_tiktok_ads__campaign_age_gender_daily') }}

),

platforms as (

    select * from {{ ref('stg_tiktok_ads__campaign_platform_daily') }}

),

languages as (

    select * from {{ ref('stg_tiktok_ads__campaign_language_daily') }}

),

placements as (

    select * from {{ ref('int_ads__campaign_placements') }}

),

account_rates as (

    select * from {{ ref('int_ads__account_rates') }}

),

split as (

    select *, 'country' as breakdown, country_code as told from countries
    union all by name
    select *, 'age_gender' as breakdown, replace(age || ' ' || gender, 'UNKNOWN UNKNOWN', 'UNKNOWN') as told
    from age_genders
    union all by name
    select *, 'platform' as breakdown, platform as told from platforms
    union all by name
    select *, 'language' as breakdown, language as told from languages
    union all by name
    select *, 'placement' as breakdown, placement as told from placements

),

rated as (

    select
        split.*,
        case when split.told = 'UNKNOWN' then '(unknown)' else split.told end as segment,
        account_rates.exchange_rate
    from split
    asof left join account_rates
        on split.advertiser_id = account_rates.advertiser_id
        and split.report_date >= account_rates.valid_from
    where {{ in_batch('split.report_date') }}

),

measured as (

    select
        *,
        {{ ads_money('spend_account_currency') }} as spend,
        {{ known_sum('likes', 'comments', 'shares', 'follows') }} as engagements
    from rated

),

kpis as (

    select
        report_date, advertiser_id, campaign_id, breakdown, segment, age, gender,
        spend, impressions, clicks, reach,
        video_plays, video_views_2s, video_views_6s, video_views_p100, average_seconds_played,
        likes, comments, shares, follows, profile_visits, engagements, landing_page_views,
        conversions, conversions_by_event_day,
        {{ ratio('impressions', 'reach') }} as frequency,
        {{ ratio('clicks', 'impressions') }} as ctr,
        {{ ratio('spend', 'clicks') }} as cpc,
        {{ ratio('spend * 1000', 'impressions') }} as cpm,
        {{ ratio('conversions', 'clicks') }} as conversion_rate,
        {{ ratio('spend', 'conversions') }} as cost_per_conversion,
        {{ ratio('video_views_2s', 'impressions') }} as hook_rate,
        {{ ratio('video_views_6s', 'video_views_2s') }} as hold_rate,
        {{ ratio('video_views_p100', 'video_plays') }} as completion_rate,
        {{ ratio('engagements', 'impressions') }} as engagement_rate_by_impressions,
        {{ ratio('engagements', 'reach') }} as engagement_rate_by_reach
    from measured

)

select * from kpis
