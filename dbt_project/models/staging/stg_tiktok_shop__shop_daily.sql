with landed as (

    select * from {{ source('landing', 'tiktok_shop__shop_daily') }}

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
        -- One window is one day of the shop.
        _window_start as report_date,
        currency,
        {{ cleaned('gmv', 'decimal(18, 4)') }} as gmv_account_currency,
        {{ cleaned('gmv_with_tax', 'decimal(18, 4)') }} as gmv_with_tax_account_currency,
        {{ cleaned('refunds', 'decimal(18, 4)') }} as refunds_account_currency,
        {{ cleaned('shipping_fees', 'decimal(18, 4)') }} as shipping_fees_account_currency,
        {{ cleaned('product_card_attributed_gmv', 'decimal(18, 4)') }} as product_card_attributed_gmv_account_currency,
        {{ cleaned('live_attributed_gmv', 'decimal(18, 4)') }} as live_attributed_gmv_account_currency,
        {{ cleaned('seller_live_attributed_gmv', 'decimal(18, 4)') }} as seller_live_attributed_gmv_account_currency,
        {{ cleaned('creator_live_attributed_gmv', 'decimal(18, 4)') }}
            as creator_live_attributed_gmv_account_currency,
        {{ cleaned('video_attributed_gmv', 'decimal(18, 4)') }} as video_attributed_gmv_account_currency,
        {{ cleaned('seller_video_attributed_gmv', 'decimal(18, 4)') }} as seller_video_attributed_gmv_account_currency,
        {{ cleaned('creator_video_attributed_gmv', 'decimal(18, 4)') }}
            as creator_video_attributed_gmv_account_currency,
        orders_count as orders,
        sku_orders_count as sku_orders,
        items_sold as units,
        customers_count as customers,
        cancellations_and_returns,
        product_impressions,
        product_clicks,
        unique_product_impressions,
        unique_clicks,
        avg_visitors as visitors,
        _account_id as shop_id
    from deduplicated

)

select * from renamed
