with {{ newest_snapshots('tiktok_ads__smart_plus_ads', ['smart_plus_ad_id'], 'secondary_status') }},

renamed as (

    select
        smart_plus_ad_id,
        adgroup_id,
        campaign_id,
        advertiser_id,
        {{ cleaned('ad_name') }} as ad_name,
        creative_list,
        json_array_length(creative_list)::bigint as creatives,
        json_extract_string(creative_list, '$[*].creative_info.video_info.video_id') as video_ids,
        json_extract_string(creative_list, '$[*].creative_info.tiktok_item_id') as tiktok_item_ids,
        json_extract_string(ad_text_list, '$[*].ad_text') as ad_texts,
        json_extract_string(call_to_action_list, '$[*].call_to_action') as calls_to_action,
        json_extract_string(landing_page_url_list, '$[*].landing_page_url') as landing_page_urls,
        {{ cleaned('operation_status') }} as operation_status,
        {{ cleaned('secondary_status') }} as secondary_status,
        timezone('UTC', cast({{ cleaned('create_time') }} as timestamp)) as created_at,
        _window_start as last_seen_date,
        _is_deleted as is_deleted
    from newest

)

select * from renamed
