with landed as (

    select * from {{ source('landing', 'tiktok_organic__account_daily') }}

),

deduplicated as (

    select *
    from landed
    qualify row_number() over (
        partition by _account_id, _window_start
        order by _pulled_at desc, _pull_id desc, hash(landed)
    ) = 1

),

renamed as (

    select
        _account_id as business_id,
        -- One window is one UTC day.
        _window_start as report_date,
        video_views,
        unique_video_views as viewers,
        profile_views,
        likes,
        comments,
        shares,
        daily_new_followers as new_followers,
        daily_lost_followers as lost_followers,
        -- Both are the day's net gain, whatever their names say; older accounts send one only.
        coalesce(daily_total_followers, followers_count) as net_followers,
        engaged_audience,
        phone_number_clicks,
        lead_submissions,
        app_download_clicks,
        bio_link_clicks,
        email_clicks,
        address_clicks,
        _pulled_at as pulled_at
    from deduplicated

)

select * from renamed
