with landed as (

    select * from {{ source('landing', 'tiktok_shop__products') }}

),

newest as (

    -- Every snapshot is kept in landing; the newest row of a key says how it is now.
    select *
    from landed
    qualify row_number() over (
        partition by _account_id, id
        order by _window_start desc, _pulled_at desc, _pull_id desc, hash(landed)
    ) = 1

),

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
