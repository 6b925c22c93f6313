with shown as (

    select * from {{ ref('stg_tiktok_creators__posts') }}
    where is_newest

),

handles as (

    select * from {{ ref('int_creators__handles') }}

),

mentions as (

    select * from {{ ref('stg_tiktok_organic__mentions') }}
    where is_newest

),

post_days as (

    select * from {{ ref('int_creators__post_days') }}

),

deduplicated as (

    -- A post in two campaigns stands in both with the same figures.
    select *
    from shown
    qualify row_number() over (
        partition by item_id
        order by snapshot_date desc, video_views desc nulls last, campaign_id asc, tiktok_one_account_id asc
    ) = 1

),

first_days as (

    select
        item_id,
        min(report_date) filter (where is_first_day) as first_date
    from post_days
    group by all

),

published as (

    select
        item_id,
        min(published_at) as published_at
    from mentions
    group by all

),

dated as (

    select
        deduplicated.item_id,
        coalesce(handles.creator_key, '(no creator)') as creator_key,
        coalesce({{ reporting_date('published.published_at') }}, first_days.first_date) as posted_date,
        deduplicated.video_views,
        deduplicated.video_views_organic,
        deduplicated.engagements,
        deduplicated.likes_organic + deduplicated.comments_organic + deduplicated.shares_organic
            as engagements_organic,
        deduplicated.reach,
        deduplicated.reach_organic
    from deduplicated
    left join handles on deduplicated.creator_handle_sha256 = handles.creator_sha256
    left join published on deduplicated.item_id = published.item_id
    left join first_days on deduplicated.item_id = first_days.item_id

)

select * from dated
