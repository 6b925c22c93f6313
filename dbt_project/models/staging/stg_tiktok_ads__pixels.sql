with {{ newest_snapshots('tiktok_ads__pixels', ['_account_id', 'pixel_id']) }},

renamed as (

    select
        _account_id as advertiser_id,
        pixel_id,
        {{ cleaned('pixel_code') }} as pixel_code,
        {{ cleaned('pixel_name') }} as pixel_name,
        {{ cleaned('pixel_category') }} as pixel_category,
        {{ cleaned('pixel_setup_mode') }} as pixel_setup_mode,
        {{ cleaned('partner_name') }} as partner_name,
        {{ cleaned('activity_status') }} as activity_status,
        json_extract(asset_ownership, '$.ownership_status')::boolean as is_owned,
        list_distinct(list_filter(
            json_extract_string(events, '$[*].optimization_event'), lambda event: event is not null
        )) as optimization_events,
        cast({{ cleaned('create_time') }} as timestamptz) as created_at,
        _window_start as last_seen_date,
        _is_deleted as is_deleted
    from newest

)

select * from renamed
