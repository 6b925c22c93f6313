with landed as (

    select * from {{ source('landing', 'tiktok_shop__affiliate_orders') }}

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

by_sku as (

    select
        deduplicated.*,
        unnest(skus::json[]) as sku
    from deduplicated

),

renamed as (

    select
        id as order_id,
        json_extract_string(sku, '$.sku_id') as sku_id,
        json_extract_string(sku, '$.product_id') as product_id,
        to_timestamp(create_time) as created_at,
        -- One window is one day of the shop.
        _window_start as order_date,
        to_timestamp(delivery_time) as delivered_at,
        json_extract_string(sku, '$.creator_username') as creator_handle_sha256,
        json_extract_string(sku, '$.content_type') as content_type,
        nullif(json_extract_string(sku, '$.content_id'), '') as content_id,
        (json_extract_string(sku, '$.quantity'))::bigint as units,
        json_extract_string(sku, '$.price.currency') as currency,
        try_cast(json_extract_string(sku, '$.price.amount') as decimal(18, 4)) as price_account_currency,
        json_extract_string(sku, '$.settlement_status') as settlement_status,
        json_extract_string(sku, '$.fully_return') = 'Yes' as is_fully_returned,
        -- Sent in hundredths of a percent: 1550 is 15.5 %.
        try_cast(json_extract_string(sku, '$.commission_rate') as decimal(18, 4)) / 10000 as commission_rate,
        try_cast(json_extract_string(sku, '$.shop_ads_commission_rate') as decimal(18, 4)) / 10000
            as shop_ads_commission_rate,
        try_cast(json_extract_string(sku, '$.estimated_commission_base.amount') as decimal(18, 4))
            as estimated_base_account_currency,
        try_cast(json_extract_string(sku, '$.estimated_paid_commission.amount') as decimal(18, 4))
            as estimated_commission_account_currency,
        try_cast(json_extract_string(sku, '$.estimated_paid_shop_ads_commission.amount') as decimal(18, 4))
            as estimated_shop_ads_commission_account_currency,
        try_cast(json_extract_string(sku, '$.actual_paid_commission.amount') as decimal(18, 4))
            as actual_commission_account_currency,
        try_cast(json_extract_string(sku, '$.actual_paid_shop_ads_commission.amount') as decimal(18, 4))
            as actual_shop_ads_commission_account_currency,
        _account_id as shop_id
    from by_sku

)

select * from renamed
