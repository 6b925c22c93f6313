with landed as (

    select * from {{ source('landing', 'tiktok_ads__pixel_event_stats') }}

),

deduplicated as (

    select *
    from landed
    qualify row_number() over (
        partition by _account_id, _window_start, pixel_id, pixel_event_type, custom_event_type
        order by _pulled_at desc, _pull_id desc, hash(landed)
    ) = 1

),

renamed as (

    select
        _account_id as advertiser_id,
        pixel_id,
        -- A UTC day, unlike the days of reports.
        _window_start as event_date,
        coalesce({{ cleaned('pixel_event_type') }}, {{ cleaned('custom_event_type') }}) as event_name,
        {{ cleaned('custom_event_type') }} is not null as is_custom,
        browser_event_total_count as browser_events,
        server_event_total_count as server_events,
        total_count as events,
        attributed_count as attributed_events,
        preview_count as preview_events
    from deduplicated

)

select * from renamed
