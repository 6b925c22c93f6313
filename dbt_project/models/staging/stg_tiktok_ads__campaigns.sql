with {{ newest_snapshots('tiktok_ads__campaigns', ['campaign_id'], 'secondary_status') }},

renamed as (

    select
        campaign_id,
        advertiser_id,
        {{ cleaned('campaign_name') }} as campaign_name,
        {{ cleaned('objective_type') }} as objective,
        {{ cleaned('campaign_automation_type') }} as automation_type,
        {{ cleaned('budget_mode') }} as budget_mode,
        budget::decimal(18, 4) as budget_account_currency,
        {{ cleaned('operation_status') }} as operation_status,
        {{ cleaned('secondary_status') }} as secondary_status,
        timezone('UTC', cast({{ cleaned('create_time') }} as timestamp)) as created_at,
        _window_start as last_seen_date,
        _is_deleted as is_deleted
    from newest

)

select * from renamed
