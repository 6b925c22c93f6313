with landed as (

    select * from {{ source('landing', 'tiktok_ads__gmv_max_product_daily') }}

),

deduplicated as (

    -- A page that shifts during the pull sends a row twice.
    select *
    from landed
    qualify row_number() over (
        partition by _account_id, _window_start, store_id, campaign_id, item_group_id
        order by _pulled_at desc, _pull_id desc, hash(landed)
    ) = 1

),

renamed as (

    select
        _account_id as advertiser_id,
        store_id,
        campaign_id,
        item_group_id as product_id,
        -- One window is one day of the ad account.
        _window_start as report_date,
        {{ cleaned('cost', 'decimal(18, 4)') }} as spend_account_currency,
        {{ cleaned('orders', 'bigint') }} as orders,
        {{ cleaned('gross_revenue', 'decimal(18, 4)') }} as gross_revenue_account_currency
    from deduplicated

)

select * from renamed
