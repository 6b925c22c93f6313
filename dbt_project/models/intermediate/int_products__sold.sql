with web_lines as (

    select * from {{ ref('int_orders__lines') }}
    where is_counted

),

web_refunds as (

    select * from {{ ref('int_orders__refund_lines') }}
    where is_counted

),

copies as (

    select * from {{ ref('int_orders__shop_copies') }}

),

shop_lines as (

    select * from {{ ref('int_shop_orders__lines') }}
    where is_counted

),

shop_refunds as (

    select * from {{ ref('int_shop_orders__refund_lines') }}
    where is_counted

),

commissions as (

    select * from {{ ref('int_shop_orders__commissions') }}
    where coalesce(is_counted, true)

),

sold as (

    -- Double entry: a line is booked on its order's day, what comes back on the refund's.
    select
        order_date as report_date, 'web' as channel, shop_id, line_kind, sku, product_name,
        order_id, units, gross_revenue, discounts, tax
    from web_lines
    where order_id not in (select copies.order_id from copies) and (line_kind = 'product' or gross_revenue != 0)
    union all by name
    select
        refund_date as report_date, 'web' as channel, shop_id, line_kind, sku, product_name,
        units as refunded_units, refund_amount as refunds, refund_tax, true as is_refund
    from web_refunds
    where order_id not in (select copies.order_id from copies)
    union all by name
    select
        order_date as report_date, 'tiktok_shop' as channel, shop_id, line_kind, sku, product_name,
        order_id, units, gross_revenue, seller_discounts as discounts, platform_discounts, tax
    from shop_lines
    where line_kind = 'product' or gross_revenue != 0
    union all by name
    select
        refund_date as report_date, 'tiktok_shop' as channel, shop_id, line_kind, sku, product_name,
        units as refunded_units, refund_amount as refunds, refund_tax, true as is_refund
    from shop_refunds
    union all by name
    select
        order_date as report_date, 'tiktok_shop' as channel, shop_id, 'product' as line_kind, sku, commission
    from commissions

),

by_product as (

    -- Tax is unknown for the day as soon as it is for one line.
    select
        report_date,
        channel,
        shop_id,
        if(line_kind = 'shipping', '(shipping)', coalesce(sku, '(unknown product)')) as product_key,
        any_value(product_name order by product_name) as line_name,
        count(distinct order_id) as orders,
        coalesce(sum(units), 0)::bigint as units,
        coalesce(sum(gross_revenue), 0)::decimal(18, 4) as gross_revenue,
        coalesce(sum(discounts), 0)::decimal(18, 4) as discounts,
        coalesce(sum(platform_discounts), 0)::decimal(18, 4) as platform_discounts,
        coalesce(sum(refunded_units), 0)::bigint as refunded_units,
        coalesce(sum(refunds), 0)::decimal(18, 4) as refunds,
        coalesce(sum(commission), 0)::decimal(18, 4) as commission,
        if(
            bool_or(order_id is not null and gross_revenue != 0 and tax is null), null, coalesce(sum(tax), 0)
        )::decimal(18, 4) as tax,
        if(
            bool_or(is_refund and refunds != 0 and refund_tax is null), null, coalesce(sum(refund_tax), 0)
        )::decimal(18, 4) as refund_tax
    from sold
    group by all

)

select * from by_product
