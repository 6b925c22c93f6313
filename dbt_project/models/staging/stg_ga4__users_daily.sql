with landed as (

    select * from {{ source('landing', 'ga4__users_daily') }}

),

deduplicated as (

    -- Ties between pages are not stable at the API: a row can be sent twice.
    select *
    from landed
    qualify row_number() over (
        partition by _account_id, _window_start, session_source, session_medium
        order by _pulled_at desc, _pull_id desc, hash(landed)
    ) = 1

),

renamed as (

    select
        _account_id as property_id,
        _window_start as report_date,
        {{ cleaned('session_source') }} as source,
        {{ cleaned('session_medium') }} as medium,
        {{ cleaned('active_users', 'bigint') }} as active_users,
        {{ cleaned('total_users', 'bigint') }} as total_users
    from deduplicated

)

select * from renamed
