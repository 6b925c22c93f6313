-- Over the products and the shipping of a day stands exactly what the shop's day holds, and the web
-- shop's day is exactly the counted orders, less those copied from the TikTok Shop.
with products as (

    select * from {{ ref('kpi_product_daily') }}

),

shops as (

    select * from {{ ref('kpi_shop_daily') }}

),

copies as (

    select * from {{ ref('int_orders__shop_copies') }}

),

orders as (

    select * from {{ ref('int_orders__counted') }}
    where is_counted and order_id not in (select copies.order_id from copies)

),

shop_orders as (

    select * from {{ ref('int_shop_orders__counted') }}
    where is_counted

),

booked as (

    select report_date, channel, 0 as orders, gross_revenue, refunds, units, coalesce(commission, 0) as commission
    from products
    union all
    select
        report_date, channel, 0 as orders, -gross_revenue as gross_revenue, -refunds as refunds, -units as units,
        -coalesce(commission, 0) as commission
    from shops

),

placed as (

    select report_date, channel, -orders as orders, -gross_revenue as gross_revenue
    from shops
    union all
    select order_date as report_date, 'web' as channel, 1 as orders, gross_revenue
    from orders
    union all
    select order_date as report_date, 'tiktok_shop' as channel, 1 as orders, gross_revenue
    from shop_orders

),

gaps as (

    select
        'products' as compared, report_date, channel,
        sum(orders) as orders, sum(gross_revenue) as gross_revenue, sum(refunds) as refunds,
        sum(units) as units, sum(commission) as commission
    from booked
    group by all
    union all
    select
        'orders' as compared, report_date, channel,
        sum(orders) as orders, sum(gross_revenue) as gross_revenue, 0 as refunds, 0 as units, 0 as commission
    from placed
    group by all

)

select * from gaps
where orders != 0 or gross_revenue != 0 or refunds != 0 or units != 0 or commission != 0
