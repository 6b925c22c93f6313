with landed as (

    select * from {{ source('landing', 'ga4__landing_page_daily') }}

),

deduplicated as (

    -- Ties between pages are not stable at the API: a row can be sent twice.
    select *
    from landed
    qualify row_number() over (
        partition by _account_id, _window_start, landing_page
        order by _pulled_at desc, _pull_id desc, hash(landed)
    ) = 1

),

renamed as (

    select
        _account_id as property_id,
        _window_start as report_date,
        {{ cleaned('landing_page') }} as landing_page,
        {{ cleaned("split_part(landing_page, '?', 1)") }} as page_path,
        {{ url_param('landing_page', 'utm_source') }} as utm_source,
        {{ url_param('landing_page', 'utm_campaign') }} as utm_campaign,
        {{ url_param('landing_page', 'utm_id') }} as utm_id,
        {{ url_param('landing_page', 'utm_content') }} as utm_content,
        {{ url_param('landing_page', 'ttclid') }} as ttclid,
        {{ cleaned('sessions', 'bigint') }} as sessions,
        {{ cleaned('engaged_sessions', 'bigint') }} as engaged_sessions,
        {{ cleaned('ecommerce_purchases', 'bigint') }} as purchases,
        {{ cleaned('purchase_revenue', 'decimal(18, 4)') }} as purchase_revenue
    from deduplicated

)

select * from renamed
