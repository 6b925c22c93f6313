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

shop_days as (

    select * from {{ ref('int_shop_orders__surface_days') }}

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

joined as (

    select
        coalesce(sold.report_date, spend_by_model.report_date) as report_date,
        coalesce(sold.shop, spend_by_model.shop) as shop,
        coalesce(sold.surface, spend_by_model.surface) as surface,
        coalesce(sold.model, spend_by_model.model) as model,
        sold.* exclude (report_date, shop, surface, model),
        spend_by_model.spend
    from sold
    full outer join spend_by_model
        on sold.report_date = spend_by_model.report_date
        and sold.shop = spend_by_model.shop
        and sold.surface = spend_by_model.surface
        and sold.model = spend_by_model.model

),

kpis as (

    select
        report_date,
        shop,
        surface,
        model,
        {{ credit_measures() }}
    from joined

),

answered as (

    -- Spend without orders or visits to credit would read as a return of nothing.
    select * from kpis
    where shop != 'web' or {{ web_credit_landed() }}

)

select * from answered
