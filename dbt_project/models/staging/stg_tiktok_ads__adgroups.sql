with {{ newest_snapshots('tiktok_ads__adgroups', 'adgroup_id', 'secondary_status') }},

renamed as (

    select
        adgroup_id,
        campaign_id,
        advertiser_id,
        {{ cleaned('adgroup_name') }} as adgroup_name,
        {{ cleaned('optimization_goal') }} as optimization_goal,
        {{ cleaned('placement_type') }} as placement_type,
        {{ cleaned('click_attribution_window') }} as click_attribution_window,
        {{ cleaned('view_attribution_window') }} as view_attribution_window,
        {{ cleaned('operation_status') }} as operation_status,
        {{ cleaned('secondary_status') }} as secondary_status,
        _window_start as last_seen_date,
        _is_deleted as is_deleted
    from newest

)

select * from renamed
