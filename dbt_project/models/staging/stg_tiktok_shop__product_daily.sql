with landed as (

    select * from {{ source('landing', 'tiktok_shop__product_daily') }}

),

deduplicated as (

    -- A page that shifts during the pull sends a row twice.
    select *
    from landed
    qualify row_number() over (
        partition by _account_id, _window_start, id
        order by _pulled_at desc, _pull_id desc, hash(landed)
    ) = 1

),

renamed as (

    select
        id as product_id,
        -- One window is one day of the shop.
        _window_start as report_date,
        currency,
        {{ cleaned('gmv', 'decimal(18, 4)') }} as gmv_account_currency,
        {{ cleaned('seller_live_gmv', 'decimal(18, 4)') }} as seller_live_gmv_account_currency,
        {{ cleaned('seller_video_gmv', 'decimal(18, 4)') }} as seller_video_gmv_account_currency,
        {{ cleaned('seller_product_card_gmv', 'decimal(18, 4)') }} as seller_product_card_gmv_account_currency,
        {{ cleaned('affiliate_total_gmv', 'decimal(18, 4)') }} as affiliate_total_gmv_account_currency,
        {{ cleaned('affiliate_live_gmv', 'decimal(18, 4)') }} as affiliate_live_gmv_account_currency,
        {{ cleaned('affiliate_video_gmv', 'decimal(18, 4)') }} as affiliate_video_gmv_account_currency,
        {{ cleaned('shop_tab_gmv', 'decimal(18, 4)') }} as shop_tab_gmv_account_currency,
        orders,
        sku_orders,
        items_sold as units,
        estimated_customers,
        product_impressions,
        product_clicks,
        add_cart_count as adds_to_cart,
        _account_id as shop_id
    from deduplicated

)

select * from renamed
