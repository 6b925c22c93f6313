{{
    config(materialized='days', meta={'day_column': 'report_date', 'subjects': ['creator_posts'],
    'days_per_batch': 31})
}}
-- depends_on: {{ ref('int_changes__days') }}
-- A snapshot tells of the 60 days up to its own.
{%- set told = 60 %}

with shown as (

    select * from {{ ref('stg_tiktok_creators__posts') }}
    where {{ in_batch('snapshot_date', after=told) }}

),

listed as (

    select
        item_id,
        campaign_id,
        creator_handle_sha256,
        snapshot_date,
        video_views as total_video_views,
        unnest(from_json(
            daily_stats,
            '[{"date": "DATE", "views": "BIGINT", "likes": "BIGINT", "comments": "BIGINT", "shares": "BIGINT",
            "favorites": "BIGINT"}]'
        )) as figures
    from shown

),

checked as (

    -- TikTok does not say whether a day's figure is its own or the total so far. Days that add up to more
    -- than the post has are totals so far: then no day is known.
    select
        *,
        sum(figures.views) over post <= total_video_views as is_own,
        figures.date = min(figures.date) over post
        and figures.date > snapshot_date - {{ told - 1 }} as is_first_day
    from listed
    window post as (partition by item_id, campaign_id, snapshot_date)

),

newest as (

    select
        figures.date as report_date,
        item_id,
        creator_handle_sha256,
        is_first_day,
        case when is_own then figures.views end as video_views,
        case when is_own then figures.likes end as likes,
        case when is_own then figures.comments end as comments,
        case when is_own then figures.shares end as shares,
        case when is_own then figures.favorites end as favorites
    from checked
    where {{ in_batch('figures.date') }}
    qualify row_number() over (
        partition by item_id, figures.date order by snapshot_date desc, hash(checked)
    ) = 1

)

select * from newest
