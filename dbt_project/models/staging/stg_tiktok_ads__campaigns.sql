with landed as (

    select * from {{ source('landing', 'tiktok_ads__campaigns') }}

),

newest as (

    -- Every snapshot is kept in landing; the newest row of a key says how it is now.
    select *
    from landed
    qualify row_number() over (
        partition by campaign_id
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
        newest.campaign_id,
        newest.advertiser_id,
        {{ cleaned('newest.campaign_name') }} as campaign_name,
        {{ cleaned('newest.objective_type') }} as objective,
        {{ cleaned('newest.campaign_automation_type') }} as automation_type,
        {{ cleaned('newest.budget_mode') }} as budget_mode,
        (newest.budget)::decimal(18, 4) as budget_account_currency,
        {{ cleaned('newest.operation_status') }} as operation_status,
        {{ cleaned('newest.secondary_status') }} as secondary_status,
        timezone('UTC', cast({{ cleaned('newest.create_time') }} as timestamp)) as created_at,
        newest._window_start as last_seen_date,
        -- TikTok drops old entities from its listings some time after their deletion.
        newest._window_start < newest_snapshots.snapshot_date
        or coalesce(newest.secondary_status like '%DELETE%', false) as is_deleted
    from newest
    inner join newest_snapshots on newest._account_id = newest_snapshots._account_id

)

select * from renamed
