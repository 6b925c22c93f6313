with mentions as (

    select * from {{ ref('stg_tiktok_organic__mentions') }}

),

hashtag_videos as (

    select * from {{ ref('stg_tiktok_organic__hashtag_videos') }}

),

own as (

    select * from {{ ref('int_content__posts') }}

),

listed as (

    select
        business_id, item_id, snapshot_date, published_at, likes, comments, shares, views, reach,
        true as is_mention
    from mentions
    where is_newest
    union all
    select
        business_id, item_id, snapshot_date, published_at, likes, comments, shares, views, reach,
        false as is_mention
    from hashtag_videos
    where is_newest

),

newest as (

    -- A post that does both stands in both lists; the later reading of its counters holds.
    select
        * exclude (is_mention),
        bool_or(is_mention) over (partition by business_id, item_id) as is_mention
    from listed
    qualify row_number() over (
        partition by business_id, item_id
        order by snapshot_date desc, is_mention desc
    ) = 1

),

by_others as (

    -- The brand's own posts carry its hashtags too.
    select
        newest.business_id,
        newest.item_id,
        (newest.published_at at time zone 'UTC')::date as published_date,
        newest.published_at,
        newest.is_mention,
        newest.likes,
        newest.comments,
        newest.shares,
        newest.likes + newest.comments + newest.shares as engagements,
        newest.views,
        newest.reach
    from newest
    anti join own on newest.business_id = own.business_id and newest.item_id = own.item_id

)

select * from by_others
