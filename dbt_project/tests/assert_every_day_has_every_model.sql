-- Models are alternatives over the same orders: a day has all of them, with the same
-- orders, revenue, refunds and spend in total.
with channels as (

    select * from {{ ref('attr_channel_daily') }}

),

by_model as (

    select
        report_date,
        model,
        sum(orders) as orders,
        sum(gross_revenue) as gross_revenue,
        sum(refunds) as refunds,
        sum(spend) as spend
    from channels
    group by all

),

by_day as (

    select
        report_date,
        count(*) as models,
        count(distinct row(orders, gross_revenue, refunds, spend)) as totals
    from by_model
    group by all

)

select * from by_day
where models != (select count(*) from {{ ref('attribution_models') }}) or totals != 1
