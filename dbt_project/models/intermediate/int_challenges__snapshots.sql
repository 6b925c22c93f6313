{{ config(materialized='days', meta={
    'day_column': 'snapshot_date', 'subjects': ['tiktok_organic__hashtag_videos', 'tiktok_organic__videos']
}) }}
-- depends_on: {{ ref('int_changes__days') }}

with listed as (

    select * from {{ ref('stg_tiktok_organic__hashtag_videos') }}
    where {{ in_batch('snapshot_date') }}

),

own_posts as (

    select distinct item_id from {{ ref('int_content__posts') }}

),

by_hashtag as (

    select
        unnest(list_distinct(from_json(matched_hashtags, '["varchar"]'))) as hashtag,
        *
    from listed
    where item_id not in (select own_posts.item_id from own_posts)

),

one_each as (

    select *
    from by_hashtag
    qualify row_number() over (partition by hashtag, item_id, snapshot_date order by business_id) = 1

),

by_day as (

    select
        hashtag,
        snapshot_date,
        count(*) as listed_videos,
        sum(coalesce(likes, 0) + coalesce(comments, 0) + coalesce(shares, 0))::bigint as listed_engagements,
        sum(views)::bigint as listed_views_as_stated,
        sum(reach)::bigint as listed_combined_reach_as_stated
    from one_each
    group by all

)

select * from by_day
