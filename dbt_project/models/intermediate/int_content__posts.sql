with video_days as (

    select * from {{ ref('int_content__video_days') }}

),

captions as (

    select * from {{ ref('int_content__captions') }}

),

last_days as (

    -- Narrow first: history grows by all posts every day, and only the last row of each is wanted.
    select
        business_id,
        item_id,
        max(snapshot_date) as snapshot_date
    from video_days
    group by all

),

newest as (

    select
        video_days.*,
        max(video_days.snapshot_date) over (partition by video_days.business_id) as newest_date
    from video_days
    inner join last_days
        on video_days.business_id = last_days.business_id
        and video_days.item_id = last_days.item_id
        and video_days.snapshot_date = last_days.snapshot_date

),

posts as (

    select
        newest.business_id,
        newest.item_id,
        newest.snapshot_date,
        newest.newest_date,
        newest.snapshot_date = newest.newest_date as is_listed,
        newest.published_at,
        {{ reporting_date('newest.published_at') }} as published_date,
        timezone('{{ var("reporting_timezone") }}', newest.published_at) as published_local,
        coalesce(newest.media_type, '(unknown)') as media_type,
        newest.is_ad,
        newest.caption,
        captions.narration,
        captions.theme,
        captions.hashtags,
        newest.video_views,
        newest.reach,
        newest.likes,
        newest.comments,
        newest.shares,
        newest.likes + newest.comments + newest.shares as engagements,
        newest.favorites as saves,
        newest.watched_seconds,
        round(newest.completion_rate * newest.video_views)::bigint as completed_views,
        newest.new_followers,
        newest.profile_views,
        newest.website_clicks
    from newest
    left join captions on newest.caption = captions.caption

)

select * from posts
