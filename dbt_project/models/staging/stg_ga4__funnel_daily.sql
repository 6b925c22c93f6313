with landed as (

    select * from {{ source('landing', 'ga4__funnel_daily') }}

),

deduplicated as (

    -- Ties between pages are not stable at the API: a row can be sent twice.
    select *
    from landed
    qualify row_number() over (
        partition by
            _account_id, _window_start, event_name, session_source, session_medium,
            session_campaign_name, device_category
        order by _pulled_at desc, _pull_id desc, hash(landed)
    ) = 1

),

renamed as (

    select
        _account_id as property_id,
        _window_start as report_date,
        {{ cleaned('event_name') }} as event_name,
        {{ cleaned('session_source') }} as source,
        {{ cleaned('session_medium') }} as medium,
        {{ cleaned('session_campaign_name') }} as campaign_name,
        {{ cleaned('device_category') }} as device_category,
        {{ cleaned('event_count', 'bigint') }} as events,
        {{ cleaned('event_value', 'decimal(18, 4)') }} as event_value
    from deduplicated

)

select * from renamed
