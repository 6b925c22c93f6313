with video_days as (

    select * from {{ ref('int_content__video_days') }}

),

captions as (

    select * from {{ ref('int_content__captions') }}

),

newest as (

    select
        *,
        max(snapshot_date) over (partition by business_id) as newest_date
    from video_days
    qualify row_number() over (partition by business_id, item_id order by snapshot_date desc) = 1

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
