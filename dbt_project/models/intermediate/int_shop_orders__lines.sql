{%- set within = 'lines.line_kind, lines.line_id' -%}

with orders as (

    select * from {{ ref('int_shop_orders__counted') }}

),

placed as (

    select * from {{ ref('stg_tiktok_shop__orders') }}

),

listings as (

    select * from {{ ref('stg_tiktok_shop__products') }}

),

listed_skus as (

    select
        product_id,
        unnest(skus::json[]) as sku
    from listings

),

vat as (

    -- The part of a price that is VAT, where TikTok states the price without it.
    select
        product_id,
        sku ->> '$.id' as sku_id,
        nullif(trim(sku ->> '$.seller_sku'), '') as seller_sku,
        1 - {{ ratio(
            "(sku ->> '$.price.tax_exclusive_price')::decimal(18, 4)",
            "(sku ->> '$.price.sale_price')::decimal(18, 4)"
        ) }} as vat_part
    from listed_skus
    qualify row_number() over (partition by sku_id order by product_id) = 1

),

listed as (

    select
        order_id,
        unnest(if(json_array_length(line_items) > 0, line_items::json[], ['{}'::json])) as item
    from placed

),

products as (

    -- One element is one unit. Cents in the order's currency.
    select
        order_id,
        coalesce(item ->> '$.id', '(no line)') as line_id,
        'product' as line_kind,
        item ->> '$.sku_id' as sku_id,
        item ->> '$.product_id' as product_id,
        nullif(trim(item ->> '$.seller_sku'), '') as seller_sku,
        item ->> '$.product_name' as product_name,
        nullif(item ->> '$.room_id', '') as room_id,
        if(item ->> '$.id' is null, 0, 1) as units,
        (coalesce((item ->> '$.sale_price')::decimal(18, 4), 0) * 100)::bigint as cents,
        (coalesce((item ->> '$.seller_discount')::decimal(18, 4), 0) * 100)::bigint as seller_discount_cents,
        (coalesce((item ->> '$.platform_discount')::decimal(18, 4), 0) * 100)::bigint as platform_discount_cents
    from listed

),

lines as (

    select * from products
    union all by name
    select
        order_id,
        '(shipping)' as line_id,
        'shipping' as line_kind,
        0 as units,
        (coalesce(shipping_fee_account_currency, 0) * 100)::bigint as cents,
        0 as seller_discount_cents,
        0 as platform_discount_cents
    from placed

),

shared as (

    select
        lines.*,
        orders.shop_id,
        orders.order_date,
        orders.is_counted,
        orders.tax_on_top,
        {{ proportional_share('(orders.gross_revenue * 100)::bigint', 'lines.cents', 'lines.order_id', within) }}
            as gross_revenue_cents,
        {{ proportional_share(
            '(coalesce(orders.seller_discounts, 0) * 100)::bigint', 'lines.seller_discount_cents', 'lines.order_id', within
        ) }} as seller_discounts_cents,
        {{ proportional_share(
            '(coalesce(orders.platform_discounts, 0) * 100)::bigint', 'lines.platform_discount_cents', 'lines.order_id',
            within
        ) }} as platform_discounts_cents,
        {{ proportional_share(
            '(coalesce(orders.tax_on_top, 0) * 100)::bigint', 'lines.cents', 'lines.order_id', within
        ) }} as tax_on_top_cents
    from lines
    inner join orders on lines.order_id = orders.order_id

),

chosen as (

    select
        shared.order_id, shared.shop_id, shared.order_date, shared.is_counted,
        shared.line_id, shared.line_kind, shared.sku_id, shared.product_id,
        coalesce(shared.seller_sku, vat.seller_sku) as sku,
        shared.product_name, shared.room_id, shared.units,
        (shared.gross_revenue_cents * 0.01)::decimal(18, 4) as gross_revenue,
        (shared.seller_discounts_cents * 0.01)::decimal(18, 4) as seller_discounts,
        (shared.platform_discounts_cents * 0.01)::decimal(18, 4) as platform_discounts,
        if(
            shared.tax_on_top > 0, shared.tax_on_top_cents * 0.01,
            round(shared.gross_revenue_cents * 0.01 * vat.vat_part, 4)
        )::decimal(18, 4) as tax
    from shared
    left join vat on shared.sku_id = vat.sku_id

)

select * from chosen
