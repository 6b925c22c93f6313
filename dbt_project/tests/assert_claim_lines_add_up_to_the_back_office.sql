-- Of every day and scope the lines of side 'order' hold exactly the counted orders and their revenue as placed, and
-- with side 'net' exactly net revenue without tax.
with ledger_lines as (

    select * from {{ ref('attr_reconciliation_daily') }}

),

web_orders as (

    select * from {{ ref('int_orders__counted') }}

),

web_refunds as (

    select * from {{ ref('int_orders__refunds') }}

),

web_refund_lines as (

    select * from {{ ref('int_orders__refund_lines') }}

),

shop_orders as (

    select * from {{ ref('int_shop_orders__counted') }}

),

booked as (

    select
        'web ads' as scope, order_date as report_date, 1 as orders, gross_revenue,
        gross_revenue - coalesce(tax, 0) as net_revenue
    from web_orders
    where is_counted
    union all
    select
        'web ads' as scope, web_refunds.refund_date as report_date, 0 as orders, 0 as gross_revenue,
        -web_refunds.refund_amount as net_revenue
    from web_refunds
    inner join web_orders on web_refunds.order_id = web_orders.order_id
    where web_orders.is_counted
    union all
    select
        'web ads' as scope, refund_date as report_date, 0 as orders, 0 as gross_revenue,
        coalesce(refund_tax, 0) as net_revenue
    from web_refund_lines
    where is_counted
    union all
    select
        if(room_id is not null, 'GMV Max LIVE', 'GMV Max product') as scope, order_date as report_date, 1 as orders,
        gross_revenue, null as net_revenue
    from shop_orders
    where is_counted

),

booked_by_day as (

    select
        scope,
        report_date,
        sum(orders) as orders,
        sum(gross_revenue) as gross_revenue,
        sum(net_revenue) as net_revenue
    from booked
    group by all

),

explained as (

    select
        scope,
        report_date,
        coalesce(sum(units) filter (where side = 'order'), 0) as orders,
        coalesce(sum(value) filter (where side = 'order'), 0) as gross_revenue,
        sum(value) as net_revenue
    from ledger_lines
    where side in ('order', 'net')
    group by all

),

gaps as (

    select
        coalesce(booked_by_day.scope, explained.scope) as scope,
        coalesce(booked_by_day.report_date, explained.report_date) as report_date,
        coalesce(booked_by_day.orders, 0) - coalesce(explained.orders, 0) as orders_gap,
        coalesce(booked_by_day.gross_revenue, 0) - coalesce(explained.gross_revenue, 0) as revenue_gap,
        booked_by_day.net_revenue - coalesce(explained.net_revenue, 0) as net_gap
    from booked_by_day
    full outer join explained
        on booked_by_day.scope = explained.scope and booked_by_day.report_date = explained.report_date

)

select * from gaps
where (orders_gap != 0 or revenue_gap != 0 or net_gap != 0) and {{ both_sides_landed('scope') }}
