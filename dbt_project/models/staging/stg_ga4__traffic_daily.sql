with landed as (

    select * from {{ source('landing', 'ga4__traffic_daily') }}

),

deduplicated as (

    -- Ties between pages are not stable at the API: a row can be sent twice.
    select *
    from landed
    qualify row_number() over (
        partition by
            _account_id, _window_start, session_source, session_medium, session_campaign_name,
            session_manual_campaign_id, session_manual_ad_content,
            session_default_channel_group, country, device_category
        order by _pulled_at desc, _pull_id desc, hash(landed)
    ) = 1

),

renamed as (

    select
        _account_id as property_id,
        -- One window is one day of the property.
        _window_start as report_date,
        {{ cleaned('session_source') }} as source,
        {{ cleaned('session_medium') }} as medium,
        {{ cleaned('session_campaign_name') }} as campaign_name,
        {{ cleaned('session_manual_campaign_id') }} as campaign_id,
        {{ cleaned('session_manual_ad_content') }} as ad_content,
        {{ cleaned('session_default_channel_group') }} as channel_group,
        {{ cleaned('country') }} as country,
        {{ cleaned('device_category') }} as device_category,
        {{ cleaned('sessions', 'bigint') }} as sessions,
        {{ cleaned('engaged_sessions', 'bigint') }} as engaged_sessions,
        {{ cleaned('user_engagement_duration', 'double') }} as engagement_seconds,
        {{ cleaned('key_events', 'double') }} as key_events,
        {{ cleaned('ecommerce_purchases', 'bigint') }} as purchases,
        {{ cleaned('purchase_revenue', 'decimal(18, 4)') }} as purchase_revenue,
        {{ cleaned('add_to_carts', 'bigint') }} as add_to_carts,
        {{ cleaned('checkouts', 'bigint') }} as checkouts,
        {{ cleaned('screen_page_views', 'bigint') }} as page_views,
        {{ cleaned('new_users', 'bigint') }} as new_users
    from deduplicated

)

select * from renamed
