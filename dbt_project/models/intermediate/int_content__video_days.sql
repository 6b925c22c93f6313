{#- What TikTok stops sending is carried on from the last day that had it, however long ago: a day that
    lands anew may be told again on every later one. Days after the horizon are cut, so an ordinary run
    builds its own day only. -#}
{{ config(materialized='days', meta={
    'day_column': 'snapshot_date', 'subjects': ['tiktok_organic__videos'], 'days_after': 3650
}) }}
-- depends_on: {{ ref('int_changes__days') }}
{%- set counters = [
    'video_views', 'likes', 'comments', 'shares', 'favorites', 'reach', 'watched_seconds', 'new_followers',
    'profile_views', 'website_clicks'
] %}

with videos as (

    select * from {{ ref('stg_tiktok_organic__videos') }}
    where {{ in_batch('snapshot_date', before=1) }}

),

loaded_windows as (

    select * from {{ source('ledger', 'loaded_windows') }}

),

listings as (

    select
        account_id as business_id,
        window_start + 1 as next_date
    from loaded_windows
    where stream = 'tiktok_organic__videos'

),

with_day_before as (

    select
        videos.*,
        {% for counter in counters -%}
        previous.{{ counter }} as {{ counter }}_previous,
        {% endfor -%}
        previous.item_id is not null as was_listed,
        -- Younger than the snapshot of the day before: counted from 0.
        listings.business_id is not null
        and videos.published_at >= timezone('UTC', videos.snapshot_date::timestamp) as is_new
    from videos
    left join videos as previous
        on videos.business_id = previous.business_id
        and videos.item_id = previous.item_id
        and videos.snapshot_date = previous.snapshot_date + 1
    left join listings
        on videos.business_id = listings.business_id and videos.snapshot_date = listings.next_date
    where {{ in_batch('videos.snapshot_date') }}

),

changed as (

    select
        snapshot_date, business_id, item_id,
        {% for counter in counters -%}
        {{ counter }},
        {{ counter }} - if(was_listed, {{ counter }}_previous, if(is_new, 0, null)) as {{ counter }}_change,
        {% endfor -%}
        media_type, is_ad, coalesce(caption, '') as caption, share_url, published_at, duration_seconds,
        completion_rate, average_seconds_watched, impression_sources
    from with_day_before

)

select * from changed
