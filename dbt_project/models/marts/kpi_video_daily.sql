{{ config(materialized='days', meta={
    'day_column': 'snapshot_date', 'subjects': ['tiktok_organic__videos'], 'days_after': 3650
}) }}
-- depends_on: {{ ref('int_changes__days') }}
{%- set sources = {
    'For You': 'for_you', 'Follow': 'following', 'Personal Profile': 'profile', 'Search': 'search',
    'Hashtag': 'hashtag', 'Sound': 'sound'
} %}

with videos as (

    select * from {{ ref('int_content__video_days') }}
    where {{ in_batch('snapshot_date') }}

),

captions as (

    select * from {{ ref('int_content__captions') }}

),

traffic_sources as (

    select
        snapshot_date,
        business_id,
        item_id,
        each ->> '$.impression_source' as traffic_source,
        {{ sources.keys() | list }}::varchar[] as named_sources,
        coalesce(not list_contains(named_sources, traffic_source), true) as is_other,
        (each ->> '$.percentage')::double as views_rate
    from videos, unnest(impression_sources::json[]) as traffic (each)

),

sources_by_video as (

    select
        snapshot_date,
        business_id,
        item_id,
        {% for sent, name in sources.items() -%}
        coalesce(
            sum(views_rate order by views_rate) filter (where traffic_source = '{{ sent }}'), 0
        ) as source_{{ name }}_rate,
        {% endfor -%}
        -- Rounded, since TikTok sends four digits and a sum of doubles may hold more.
        coalesce(round(sum(views_rate order by views_rate) filter (where is_other), 6), 0) as source_other_rate
    from traffic_sources
    group by all

),

kpis as (

    select
        videos.snapshot_date, videos.business_id, videos.item_id,
        videos.published_at, {{ reporting_date('videos.published_at') }} as published_date,
        videos.media_type, videos.is_ad, captions.narration, captions.theme,
        videos.caption, videos.share_url, videos.duration_seconds,
        videos.video_views, videos.reach, videos.likes, videos.comments, videos.shares, videos.favorites as saves,
        videos.likes + videos.comments + videos.shares as engagements,
        videos.watched_seconds, round(videos.completion_rate * videos.video_views)::bigint as completed_views,
        videos.new_followers, videos.profile_views, videos.website_clicks,
        videos.video_views_change, videos.reach_change, videos.likes_change, videos.comments_change,
        videos.shares_change, videos.favorites_change as saves_change,
        videos.likes_change + videos.comments_change + videos.shares_change as engagements_change,
        round(videos.watched_seconds_change, 3) as watched_seconds_change,
        videos.new_followers_change, videos.profile_views_change,
        videos.website_clicks_change,
        {{ ratio('videos.watched_seconds', 'videos.video_views') }} as average_seconds_watched,
        videos.average_seconds_watched as platform_average_seconds_watched,
        {{ ratio(ratio('videos.watched_seconds', 'videos.video_views'), 'videos.duration_seconds') }}
            as average_watched_rate,
        videos.completion_rate,
        {{ ratio('videos.likes + videos.comments + videos.shares', 'videos.video_views') }} as engagement_rate_by_views,
        {{ ratio('videos.likes + videos.comments + videos.shares', 'videos.reach') }} as engagement_rate_by_reach,
        {{ ratio('videos.favorites', 'videos.video_views') }} as save_rate,
        {{ ratio('videos.shares', 'videos.video_views') }} as share_rate,
        {{ ratio('videos.new_followers', 'videos.video_views') }} as follow_rate,
        {% for name in sources.values() -%}
        by_source.source_{{ name }}_rate,
        {% endfor -%}
        by_source.source_other_rate
    from videos
    left join captions on videos.caption = captions.caption
    left join sources_by_video as by_source
        on videos.snapshot_date = by_source.snapshot_date
        and videos.business_id = by_source.business_id
        and videos.item_id = by_source.item_id

)

select * from kpis
