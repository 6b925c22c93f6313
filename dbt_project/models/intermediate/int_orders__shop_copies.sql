with lines as (

    select * from {{ ref('int_orders__lines') }}

),

shop_orders as (

    select * from {{ ref('stg_tiktok_shop__orders') }}

),

copies as (

    -- The sales channel's app copies TikTok Shop orders into Shopify under their own id.
    select
        lines.order_id,
        lines.source_identifier as shop_order_id
    from lines
    inner join shop_orders on lines.source_identifier = shop_orders.order_id
    where lines.line_kind = 'shipping'

)

select * from copies
