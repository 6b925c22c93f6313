with {{ newest_snapshots('tiktok_shop__products', ['_account_id', 'id']) }},

renamed as (

    select
        id as product_id,
        title as product_name,
        status as listing_status,
        to_timestamp(create_time) as listed_at,
        to_timestamp(update_time) as updated_at,
        json_extract_string(skus, '$[0].id') as first_sku_id,
        json_extract_string(skus, '$[0].seller_sku') as first_seller_sku,
        json_extract_string(skus, '$[0].price.currency') as currency,
        try_cast(json_extract_string(skus, '$[0].price.sale_price') as decimal(18, 4)) as price_account_currency,
        json_array_length(skus) as sku_count,
        skus,
        _window_start as last_seen_date,
        _account_id as shop_id
    from newest

)

select * from renamed
