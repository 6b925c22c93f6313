with shop_orders as (

    select * from {{ ref('int_shop_orders__counted') }}
    where is_counted

),

rooms as (

    select distinct order_id from {{ ref('int_live__shop_orders') }}
    where place = 'in_room'

),

affiliates as (

    select distinct order_id from {{ ref('int_creators__shop_orders') }}

),

refunds as (

    select * from {{ ref('int_shop_orders__refunds') }}
    where is_counted

),

surfaces as (

    -- Of a Shop order the platform itself names the room or the creator; it has no visits to share it over.
    select
        shop_orders.order_id,
        shop_orders.order_date,
        shop_orders.gross_revenue,
        case
            when rooms.order_id is not null then 'shop_live'
            when affiliates.order_id is not null then 'shop_creators'
            else 'shop_other'
        end as surface
    from shop_orders
    left join rooms on shop_orders.order_id = rooms.order_id
    left join affiliates on shop_orders.order_id = affiliates.order_id

),

by_day as (

    select
        order_date as report_date,
        surface,
        count(*) as orders,
        sum(gross_revenue) as gross_revenue,
        0 as refunds
    from surfaces
    group by all
    union all
    select
        refunds.refund_date as report_date,
        coalesce(surfaces.surface, 'shop_other') as surface,
        0 as orders,
        0 as gross_revenue,
        sum(refunds.refund_amount) as refunds
    from refunds
    left join surfaces on refunds.order_id = surfaces.order_id
    group by all

)

select * from by_day
