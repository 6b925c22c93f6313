with {{ newest_snapshots('tiktok_ads__gmv_max_campaigns', ['campaign_id']) }},

renamed as (

    select
        campaign_id,
        advertiser_id,
        campaign_name,
        gmv_max_promotion_type as promotion_type,
        operation_status,
        secondary_status,
        coalesce(secondary_status like '%DELETE%', false) as is_deleted,
        timezone('UTC', cast({{ cleaned('create_time') }} as timestamp)) as created_at,
        timezone('UTC', cast({{ cleaned('modify_time') }} as timestamp)) as updated_at,
        _window_start as last_seen_date
    from newest

)

select * from renamed
