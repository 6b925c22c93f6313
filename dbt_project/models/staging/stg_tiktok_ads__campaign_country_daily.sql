with landed as (

    select * from {{ source('landing', 'tiktok_ads__campaign_country_daily') }}

),

deduplicated as (

    -- A page that shifts during the pull sends a row twice.
    select *
    from landed
    qualify row_number() over (
        partition by _account_id, _window_start, campaign_id, country_code
        order by _pulled_at desc, _pull_id desc, hash(landed)
    ) = 1

),

renamed as (

    select
        campaign_id,
        _account_id as advertiser_id,
        -- One window is one day of the ad account.
        _window_start as report_date,
        -- Null means unknown, like -1; a code stays text, for NO is Norway.
        coalesce(country_code, 'UNKNOWN') as country_code,
        {{ tiktok_measures('core', 'result', 'video', 'engagement') }}
    from deduplicated
    where {{ report_fault('core', 'result', 'video', 'engagement') }} is null

)

select * from renamed
