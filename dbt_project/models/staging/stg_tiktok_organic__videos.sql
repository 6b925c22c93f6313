{%- set counters = [
    'likes', 'comments', 'shares', 'favorites', 'video_views', 'reach', 'full_video_watched_rate',
    'total_time_watched', 'average_time_watched', 'new_followers', 'profile_views', 'website_clicks',
    'phone_number_clicks', 'lead_submissions', 'app_download_clicks', 'email_clicks', 'address_clicks',
    'impression_sources', 'audience_countries', 'audience_genders', 'audience_cities',
    'audience_types', 'video_view_retention', 'engagement_likes'
] -%}

with landed as (

    select * from {{ source('landing', 'tiktok_organic__videos') }}

),

deduplicated as (

    select *
    from landed
    qualify row_number() over (
        partition by _account_id, _window_start, item_id
        order by _pulled_at desc, _pull_id desc, hash(landed)
    ) = 1

),

merged as (

    -- TikTok stops sending some fields of a post that nobody watched for a week. The last value it did
    -- send stands; a missing one never replaces it.
    select
        item_id,
        _account_id,
        _window_start,
        media_type,
        is_ad,
        caption,
        create_time,
        share_url,
        video_duration,
        {% for counter in counters -%}
        last_value({{ counter }} ignore nulls) over known as {{ counter }},
        {% endfor -%}
        row_number() over (partition by _account_id, item_id order by _window_start desc) = 1 as is_newest
    from deduplicated
    window known as (
        partition by _account_id, item_id
        order by _window_start
        rows between unbounded preceding and current row
    )

),

renamed as (

    select
        item_id,
        _account_id as business_id,
        _window_start as snapshot_date,
        is_newest,
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
        phone_number_clicks,
        lead_submissions,
        app_download_clicks,
        email_clicks,
        address_clicks,
        impression_sources,
        audience_countries,
        audience_genders,
        audience_cities,
        audience_types,
        video_view_retention,
        engagement_likes
    from merged

)

select * from renamed
