with {{ newest_snapshots('tiktok_creators__campaigns', ['_account_id', 'campaign_id']) }},

renamed as (

    select
        campaign_id,
        _account_id as tiktok_one_account_id,
        campaign_type,
        {{ cleaned('campaign_name') }} as campaign_name,
        {{ cleaned('campaign_description') }} as campaign_description,
        brand_profile_id,
        brand_name,
        handle_sha256s::varchar[] as creator_handle_sha256s,
        video_ids::varchar[] as item_ids,
        advertiser_ids::varchar[] as advertiser_ids,
        country_codes::varchar[] as country_codes,
        anchor_id,
        {{ cleaned('spark_ads_requested_authorization_days', 'bigint') }} as spark_ads_days,
        -- The API writes UTC without saying so.
        timezone('UTC', cast({{ cleaned('create_time') }} as timestamp)) as created_at,
        timezone('UTC', cast({{ cleaned('update_time') }} as timestamp)) as updated_at,
        _window_start as last_seen_date
    from newest

)

select * from renamed
