-- Within each model the channels of a day hold exactly the back office's counted orders,
-- gross revenue and refunds of that day: no cent more, none less.
with channels as (

    select * from {{ ref('attr_channel_daily') }}

),

orders as (

    select * from {{ ref('int_orders__counted') }}

),

refunds as (

    select * from {{ ref('int_orders__refunds') }}

),

booked as (

    select order_date as report_date, 1 as orders, gross_revenue, 0 as refunds
    from orders
    where is_counted
    union all
    select refunds.refund_date as report_date, 0 as orders, 0 as gross_revenue, refunds.refund_amount as refunds
    from refunds
    inner join orders on refunds.order_id = orders.order_id
    where orders.is_counted

),

booked_by_model as (

    select
        booked.report_date,
        models.model,
        sum(booked.orders) as orders,
        sum(booked.gross_revenue) as gross_revenue,
        sum(booked.refunds) as refunds
    from booked
    cross join {{ ref('attribution_models') }} as models
    group by all

),

credited as (

    select
        report_date,
        model,
        sum(orders) as orders,
        sum(gross_revenue) as gross_revenue,
        sum(refunds) as refunds
    from channels
    group by all

),

gaps as (

    select
        coalesce(booked_by_model.report_date, credited.report_date) as report_date,
        coalesce(booked_by_model.model, credited.model) as model,
        coalesce(credited.orders, 0) - coalesce(booked_by_model.orders, 0) as orders_gap,
        coalesce(credited.gross_revenue, 0) - coalesce(booked_by_model.gross_revenue, 0) as revenue_gap,
        coalesce(credited.refunds, 0) - coalesce(booked_by_model.refunds, 0) as refunds_gap
    from booked_by_model
    full outer join credited
        on booked_by_model.report_date = credited.report_date
        and booked_by_model.model = credited.model

)

select * from gaps
where orders_gap != 0 or revenue_gap != 0 or refunds_gap != 0
