with landed as (

    select * from {{ source('landing', 'tiktok_ads__advertiser_daily') }}

),

deduplicated as (

    -- A page that shifts during the pull sends a row twice.
    select *
    from landed
    qualify row_number() over (
        partition by _account_id, _window_start
        order by _pulled_at desc, _pull_id desc, hash(landed)
    ) = 1

),

renamed as (

    select
        _account_id as advertiser_id,
        -- One window is one day of the ad account.
        _window_start as report_date,
        {{ tiktok_measures(
            'core', 'people', 'result', 'video', 'engaged_view',
            'all_engagement', 'live', 'funnel', 'attribution', 'cash'
        ) }}
    from deduplicated
    where {{ report_fault(
        'core', 'people', 'result', 'video', 'engaged_view',
        'all_engagement', 'live', 'funnel', 'attribution', 'cash'
    ) }} is null

)

select * from renamed
