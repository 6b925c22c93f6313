with landed as (

    select * from {{ source('landing', 'tiktok_ads__gmv_max_campaign_daily') }}

),

deduplicated as (

    -- A page that shifts during the pull sends a row twice.
    select *
    from landed
    qualify row_number() over (
        partition by _account_id, _window_start, store_id, campaign_id
        order by _pulled_at desc, _pull_id desc, hash(landed)
    ) = 1

),

renamed as (

    select
        _account_id as advertiser_id,
        store_id,
        campaign_id,
        gmv_max_promotion_type as promotion_type,
        -- One window is one day of the ad account.
        _window_start as report_date,
        {{ cleaned('cost', 'decimal(18, 4)') }} as spend_account_currency,
        {{ cleaned('net_cost', 'decimal(18, 4)') }} as net_spend_account_currency,
        {{ cleaned('orders', 'bigint') }} as orders,
        {{ cleaned('gross_revenue', 'decimal(18, 4)') }} as gross_revenue_account_currency,
        {{ cleaned('live_views', 'bigint') }} as live_views,
        {{ cleaned('ten_second_live_views', 'bigint') }} as ten_second_live_views,
        {{ cleaned('live_follows', 'bigint') }} as live_follows
    from deduplicated

)

select * from renamed
