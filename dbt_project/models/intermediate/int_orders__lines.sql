{{ config(materialized='days', meta={'day_column': 'order_date', 'subjects': ['orders']}) }}
-- depends_on: {{ ref('int_changes__days') }}

with orders as (

    select * from {{ ref('int_orders__counted') }}
    where {{ in_batch('order_date') }}

),

placed as (

    select * from {{ ref('stg_shopify__orders') }}
    where {{ in_batch(reporting_date('ordered_at')) }}

),

listed as (

    select
        placed.order_id,
        unnest(if(json_array_length(placed.line_items) > 0, placed.line_items::json[], ['{}'::json])) as item
    from placed

),

products as (

    -- Cents in shop money. What codes took off stands in the allocations only.
    select
        order_id,
        coalesce(item ->> '$.id', '(no line)') as line_id,
        'product' as line_kind,
        nullif(trim(item ->> '$.sku'), '') as sku,
        item ->> '$.variant.id' as variant_id,
        item ->> '$.name' as product_name,
        coalesce((item ->> '$.quantity')::bigint, 0) as units,
        (coalesce((item ->> '$.originalUnitPriceSet.shopMoney.amount')::decimal(18, 4), 0) * units * 100)::bigint
            as list_cents,
        (coalesce(list_sum(
            (item ->> '$.discountAllocations[*].allocatedAmountSet.shopMoney.amount')::decimal(18, 4)[]
        ), 0) * 100)::bigint as discount_cents
    from listed

),

allocated as (

    select
        order_id,
        sum(discount_cents) as discount_cents
    from products
    group by all

),

shipping as (

    -- What the order's discounts hold beyond its lines was taken off the shipping.
    select
        placed.order_id,
        '(shipping)' as line_id,
        'shipping' as line_kind,
        null as sku,
        null as variant_id,
        null as product_name,
        0 as units,
        (coalesce((placed.total_shipping ->> '$.shopMoney.amount')::decimal(18, 4), 0) * 100)::bigint as list_cents,
        greatest(
            (coalesce((placed.total_discounts ->> '$.shopMoney.amount')::decimal(18, 4), 0) * 100)::bigint
            - allocated.discount_cents, 0
        )::bigint as discount_cents
    from placed
    inner join allocated on placed.order_id = allocated.order_id

),

lines as (

    select * from products
    union all by name
    select * from shipping

),

shared as (

    select
        orders.order_date,
        orders.is_counted,
        orders.source_name,
        placed.shop_id,
        placed.source_identifier,
        lines.*,
        {{ proportional_share(
            '(orders.gross_revenue * 100)::bigint', 'greatest(lines.list_cents - lines.discount_cents, 0)',
            'lines.order_id', 'lines.line_kind, lines.line_id'
        ) }} as gross_cents,
        {{ proportional_share(
            'round(orders.discounts * 100)::bigint', 'lines.discount_cents',
            'lines.order_id', 'lines.line_kind, lines.line_id'
        ) }} as off_cents
    from lines
    inner join orders on lines.order_id = orders.order_id
    inner join placed on lines.order_id = placed.order_id

),

taxed as (

    select
        shared.*,
        {{ proportional_share(
            'round(orders.tax * 100)::bigint', 'shared.gross_cents',
            'shared.order_id', 'shared.line_kind, shared.line_id'
        ) }} as tax_cents
    from shared
    inner join orders on shared.order_id = orders.order_id

),

chosen as (

    select
        order_id, shop_id, order_date, is_counted, source_name, source_identifier,
        line_id, line_kind, sku, variant_id, product_name, units,
        (gross_cents * 0.01)::decimal(18, 4) as gross_revenue,
        (off_cents * 0.01)::decimal(18, 4) as discounts,
        (tax_cents * 0.01)::decimal(18, 4) as tax
    from taxed

)

select * from chosen
