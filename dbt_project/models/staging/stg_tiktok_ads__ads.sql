with {{ newest_snapshots('tiktok_ads__ads', ['ad_id'], 'secondary_status') }},

renamed as (

    select
        ad_id,
        adgroup_id,
        campaign_id,
        advertiser_id,
        {{ cleaned('ad_name') }} as ad_name,
        {{ cleaned('ad_format') }} as ad_format,
        {{ cleaned('ad_text') }} as ad_text,
        {{ cleaned('call_to_action') }} as call_to_action,
        {{ cleaned('landing_page_url') }} as landing_page_url,
        {{ cleaned('video_id') }} as video_id,
        {{ cleaned('tiktok_item_id') }} as tiktok_item_id,
        {{ cleaned('identity_type') }} as identity_type,
        {{ cleaned('operation_status') }} as operation_status,
        {{ cleaned('secondary_status') }} as secondary_status,
        timezone('UTC', cast({{ cleaned('create_time') }} as timestamp)) as created_at,
        _window_start as last_seen_date,
        _is_deleted as is_deleted
    from newest

)

select * from renamed
