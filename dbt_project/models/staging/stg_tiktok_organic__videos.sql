with landed as (

    select * from {{ source('landing', 'tiktok_organic__videos') }}

),

-- Nothing here looks at another day, so a reader who asks for one day reads one day.
deduplicated as (

    select *
    from landed
    qualify row_number() over (
        partition by _account_id, _window_start, item_id
        order by _pulled_at desc, _pull_id desc, hash(landed)
    ) = 1

),

renamed as (

    select
        item_id,
        _account_id as business_id,
        _window_start as snapshot_date,
        media_type,
        is_ad,
        {{ cleaned('caption') }} as caption,
        to_timestamp({{ cleaned('create_time', 'bigint') }}) as published_at,
        share_url,
        video_duration as duration_seconds,
        likes,
        comments,
        shares,
        favorites,
        video_views,
        reach,
        full_video_watched_rate as completion_rate,
        total_time_watched as watched_seconds,
        average_time_watched as average_seconds_watched,
        new_followers,
        profile_views,
        website_clicks,
        impression_sources
    from deduplicated

)

select * from renamed
