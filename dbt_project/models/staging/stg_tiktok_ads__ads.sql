with landed as (

    select * from {{ source('landing', 'tiktok_ads__ads') }}

),

newest as (

    -- Every snapshot is kept in landing; the newest row of a key says how it is now.
    select *
    from landed
    qualify row_number() over (
        partition by ad_id
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
        newest.ad_id,
        newest.adgroup_id,
        newest.campaign_id,
        newest.advertiser_id,
        {{ cleaned('newest.ad_name') }} as ad_name,
        {{ cleaned('newest.ad_format') }} as ad_format,
        {{ cleaned('newest.ad_text') }} as ad_text,
        {{ cleaned('newest.call_to_action') }} as call_to_action,
        {{ cleaned('newest.landing_page_url') }} as landing_page_url,
        {{ cleaned('newest.video_id') }} as video_id,
        {{ cleaned('newest.tiktok_item_id') }} as tiktok_item_id,
        {{ cleaned('newest.identity_type') }} as identity_type,
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
