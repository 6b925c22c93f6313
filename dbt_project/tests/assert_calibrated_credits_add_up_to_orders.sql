-- Within each model the calibrated rows of a day hold exactly the orders and revenue that are credited on it, which
-- are the back office's (assert_credits_add_up_to_orders_per_model_and_day).
with calibrated as (

    select * from {{ ref('attr_calibrated_daily') }}

),

credited as (

    select * from {{ ref('int_journeys__channel_days') }}

),

calibrated_days as (

    select
        report_date,
        model,
        sum(calibrated_orders) as orders,
        sum(calibrated_gross_revenue) as gross_revenue
    from calibrated
    group by all

),

credited_days as (

    select
        credit_date as report_date,
        model,
        sum(orders) as orders,
        sum(gross_revenue) as gross_revenue
    from credited
    group by all

)

select
    coalesce(calibrated_days.report_date, credited_days.report_date) as report_date,
    coalesce(calibrated_days.model, credited_days.model) as model,
    calibrated_days.orders as calibrated_orders,
    credited_days.orders as credited_orders
from calibrated_days
full outer join credited_days
    on calibrated_days.report_date = credited_days.report_date and calibrated_days.model = credited_days.model
where
    calibrated_days.orders is distinct from credited_days.orders
    or calibrated_days.gross_revenue is distinct from credited_days.gross_revenue
