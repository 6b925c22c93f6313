with {{ newest_snapshots('tiktok_ads__adgroups', ['adgroup_id'], 'secondary_status') }},

renamed as (

    select
        adgroup_id,
        campaign_id,
        advertiser_id,
        {{ cleaned('adgroup_name') }} as adgroup_name,
        {{ cleaned('optimization_goal') }} as optimization_goal,
        {{ cleaned('placement_type') }} as placement_type,
        {{ cleaned('promotion_type') }} as promotion_type,
        {{ cleaned("_extra ->> 'shopping_ads_type'") }} as shopping_ads_type,
        -- TikTok chooses, or a list such as PLACEMENT_TIKTOK, PLACEMENT_PANGLE.
        case
            when placement_type = 'PLACEMENT_TYPE_AUTOMATIC' then 'automatic'
            else lower(replace(array_to_string(list_sort(placements::varchar[]), ', '), 'PLACEMENT_', ''))
        end as placements,
        cast({{ cleaned('schedule_start_time') }} as timestamp)::date as scheduled_from,
        -- Without an end TikTok sends one far ahead.
        case
            when schedule_type = 'SCHEDULE_START_END' then cast({{ cleaned('schedule_end_time') }} as timestamp)::date
        end as scheduled_to,
        {{ cleaned('click_attribution_window') }} as click_attribution_window,
        {{ cleaned('view_attribution_window') }} as view_attribution_window,
        {{ cleaned('operation_status') }} as operation_status,
        {{ cleaned('secondary_status') }} as secondary_status,
        _window_start as last_seen_date,
        _is_deleted as is_deleted
    from newest

)

select * from renamed
