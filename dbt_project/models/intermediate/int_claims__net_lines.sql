with web_orders as (

    select * from {{ ref('int_orders__counted') }}
    where is_counted

),

web_refunds as (

    select * from {{ ref('int_orders__refund_lines') }}
    where is_counted

),

shop_orders as (

    select * from {{ ref('int_shop_orders__counted') }}
    where is_counted

),

shop_lines as (

    select * from {{ ref('int_shop_orders__lines') }}
    where is_counted

),

shop_refunds as (

    select * from {{ ref('int_shop_orders__refund_lines') }}
    where is_counted

),

rooms as (

    select order_id, room_id from {{ ref('int_shop_orders__counted') }}

),

entries as (

    -- Double entry: tax on the order's day, what is given back, with its tax, on the refund's.
    select order_date as report_date, 'web ads' as scope, 'tax' as reason, -coalesce(tax, 0) as net_value
    from web_orders
    union all
    select refund_date as report_date, 'web ads' as scope, 'refund' as reason, -refund_amount as net_value
    from web_refunds
    union all
    select refund_date as report_date, 'web ads' as scope, 'tax' as reason, coalesce(refund_tax, 0) as net_value
    from web_refunds
    union all
    select
        shop_lines.order_date as report_date,
        if(shop_orders.room_id is not null, 'GMV Max LIVE', 'GMV Max product') as scope,
        'tax' as reason,
        -coalesce(shop_lines.tax, 0) as net_value
    from shop_lines
    inner join shop_orders on shop_lines.order_id = shop_orders.order_id
    union all
    select
        shop_refunds.refund_date as report_date,
        if(rooms.room_id is not null, 'GMV Max LIVE', 'GMV Max product') as scope,
        unnest(['refund', 'tax']) as reason,
        unnest([-shop_refunds.refund_amount, coalesce(shop_refunds.refund_tax, 0)]) as net_value
    from shop_refunds
    left join rooms on shop_refunds.order_id = rooms.order_id

),

lines as (

    select
        report_date,
        scope,
        reason,
        sum(net_value)::decimal(18, 4) as net_value
    from entries
    group by all
    having sum(net_value) != 0

)

select * from lines
