with web as (

    select 'web' as shop, * from {{ ref('int_journeys__surface_days') }}

),

models as (

    select model from {{ ref('attribution_models') }}

),

spent as (

    select report_date, 'web' as shop, 'paid' as surface, sum(spend) as spend from {{ ref('int_ads__spend') }}
    group by all

),

shop_orders as (

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

shop_days as (

    select order_date as report_date, surface, count(*) as orders, sum(gross_revenue) as gross_revenue, 0 as refunds
    from surfaces
    group by all
    union all
    select
        refunds.refund_date as report_date, coalesce(surfaces.surface, 'shop_other') as surface,
        0 as orders, 0 as gross_revenue, sum(refunds.refund_amount) as refunds
    from refunds
    left join surfaces on refunds.order_id = surfaces.order_id
    group by all

),

shop as (

    -- Both clocks are the order day: the Shop knows no other.
    select
        'tiktok_shop' as shop,
        shop_days.report_date,
        models.model,
        shop_days.surface,
        sum(shop_days.orders) as orders,
        sum(shop_days.gross_revenue) as gross_revenue,
        sum(shop_days.refunds) as refunds,
        sum(shop_days.orders) as orders_by_touch_day,
        sum(shop_days.gross_revenue) as gross_revenue_by_touch_day,
        sum(shop_days.refunds) as refunds_by_touch_day
    from shop_days
    cross join models
    group by all

),

spend_by_model as (

    select spent.report_date, spent.shop, spent.surface, models.model, spent.spend
    from spent
    cross join models

),

sold as (

    select * from web
    union all by name
    select * from shop

),

kpis as (

    select
        report_date,
        shop,
        surface,
        model,
        {{ credit_measures() }}
    from sold
    full outer join spend_by_model using (report_date, shop, surface, model)

)

select * from kpis
