with variants as (

    select * from {{ ref('stg_shopify__products') }}

),

listings as (

    select * from {{ ref('stg_tiktok_shop__products') }}

),

listed_skus as (

    select
        product_id,
        product_name,
        unnest(skus::json[]) as sku
    from listings

),

in_web_shop as (

    select
        sku,
        product_id as web_product_id,
        if(variant_title = 'Default Title', product_title, product_title || ' / ' || variant_title) as product_name,
        product_type
    from variants
    where sku is not null
    qualify row_number() over (partition by sku order by snapshot_date desc, shop_id asc, variant_id asc) = 1

),

in_tiktok_shop as (

    select
        nullif(trim(sku ->> '$.seller_sku'), '') as sku,
        product_id as shop_product_id,
        product_name
    from listed_skus
    where coalesce(trim(sku ->> '$.seller_sku'), '') != ''
    qualify row_number() over (partition by trim(sku ->> '$.seller_sku') order by product_id) = 1

),

joined as (

    select
        coalesce(in_web_shop.sku, in_tiktok_shop.sku) as sku,
        coalesce(in_web_shop.product_name, in_tiktok_shop.product_name) as product_name,
        in_web_shop.product_type,
        in_web_shop.web_product_id,
        in_tiktok_shop.shop_product_id
    from in_web_shop
    full outer join in_tiktok_shop on in_web_shop.sku = in_tiktok_shop.sku

)

select * from joined
