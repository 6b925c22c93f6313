with landed as (

    select * from {{ source('landing', 'tiktok_ads__campaign_age_gender_daily') }}

),

deduplicated as (

    -- A page that shifts during the pull sends a row twice.
    select *
    from landed
    qualify row_number() over (
        partition by _account_id, _window_start, campaign_id, age, gender
        order by _pulled_at desc, _pull_id desc, hash(landed)
    ) = 1

),

renamed as (

    select
        campaign_id,
        _account_id as advertiser_id,
        -- One window is one day of the ad account.
        _window_start as report_date,
        coalesce(age, 'UNKNOWN') as age,
        coalesce(gender, 'UNKNOWN') as gender,
        {{ cleaned('reach', 'bigint') }} as reach,
        {{ tiktok_measures('core', 'video', 'engaged_view', 'engagement') }}
    from deduplicated
    where {{ report_fault('core', 'video', 'engaged_view', 'engagement') }} is null

)

select * from renamed
