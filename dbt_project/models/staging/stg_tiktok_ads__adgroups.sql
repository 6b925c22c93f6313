with landed as (

    select * from {{ source('landing', 'tiktok_ads__adgroups') }}

),

newest as (

    -- Every snapshot is kept in landing; the newest row of a key says how it is now.
    select *
    from landed
    qualify row_number() over (
        partition by adgroup_id
        order by _window_start desc, _pulled_at desc, _pull_id desc, hash(landed)
    ) = 1

),

newest_snapshots as (

    select
        _account_id,
        max(_window_start) as snapshot_date
    from landed
    group by all

),

renamed as (

    select
        newest.adgroup_id,
        newest.campaign_id,
        newest.advertiser_id,
        {{ cleaned('newest.adgroup_name') }} as adgroup_name,
        {{ cleaned('newest.optimization_goal') }} as optimization_goal,
        {{ cleaned('newest.placement_type') }} as placement_type,
        {{ cleaned('newest.click_attribution_window') }} as click_attribution_window,
        {{ cleaned('newest.view_attribution_window') }} as view_attribution_window,
        {{ cleaned('newest.operation_status') }} as operation_status,
        {{ cleaned('newest.secondary_status') }} as secondary_status,
        newest._window_start as last_seen_date,
        -- TikTok drops old entities from its listings some time after their deletion.
        newest._window_start < newest_snapshots.snapshot_date
        or coalesce(newest.secondary_status like '%DELETE%', false) as is_deleted
    from newest
    inner join newest_snapshots on newest._account_id = newest_snapshots._account_id

)

select * from renamed
