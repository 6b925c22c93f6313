with landed as (

    select * from {{ source('landing', 'tiktok_ads__advertisers') }}

),

newest as (

    -- Every snapshot is kept in landing; the newest row of a key says how it is now.
    select *
    from landed
    qualify row_number() over (
        partition by advertiser_id
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
        newest.advertiser_id,
        {{ cleaned('newest.name') }} as advertiser_name,
        {{ cleaned('newest.currency') }} as account_currency,
        {{ cleaned('newest.display_timezone') }} as account_timezone,
        {{ cleaned('newest.country') }} as country,
        {{ cleaned('newest.status') }} as status,
        newest._window_start as last_seen_date,
        -- TikTok drops old entities from its listings some time after their deletion.
        newest._window_start < newest_snapshots.snapshot_date
        or coalesce(newest.status like '%DELETE%', false) as is_deleted
    from newest
    inner join newest_snapshots on newest._account_id = newest_snapshots._account_id

)

select * from renamed
