{{ config(materialized='days', meta={'day_column': 'report_date', 'subjects': ['channels']}) }}

with credits as (

    select * from {{ ref('int_journeys__credits') }}

),

spent as (

    select * from {{ ref('int_ads__spend') }}

),

credited as (

    select
        credit_date as report_date,
        channel,
        model,
        sum(orders)::decimal(18, 6) as orders,
        sum(new_customer_orders)::decimal(18, 6) as new_customer_orders,
        sum(gross_revenue)::decimal(18, 4) as gross_revenue,
        sum(refunds)::decimal(18, 4) as refunds
    from credits
    where {{ in_batch('credit_date') }}
    group by all

),

spend_by_day as (

    select
        report_date,
        sum(spend)::decimal(18, 4) as spend
    from spent
    where {{ in_batch('report_date') }}
    group by all

),

spend_by_model as (

    -- Every model is charged the whole spend. All of it stands at 'TikTok Paid': what untagged
    -- clicks ('TikTok Paid (click id)') cost is not known apart.
    select
        spend_by_day.report_date,
        'TikTok Paid' as channel,
        models.model,
        spend_by_day.spend
    from spend_by_day
    cross join (values ('last_touch'), ('linear')) as models (model)

),

joined as (

    -- A full join: spend without orders and orders without spend both stay.
    select
        coalesce(credited.report_date, spend_by_model.report_date) as report_date,
        coalesce(credited.channel, spend_by_model.channel) as channel,
        coalesce(credited.model, spend_by_model.model) as model,
        coalesce(credited.orders, 0)::decimal(18, 6) as orders,
        coalesce(credited.new_customer_orders, 0)::decimal(18, 6) as new_customer_orders,
        coalesce(credited.gross_revenue, 0)::decimal(18, 4) as gross_revenue,
        coalesce(credited.refunds, 0)::decimal(18, 4) as refunds,
        spend_by_model.spend
    from credited
    full outer join spend_by_model
        on credited.report_date = spend_by_model.report_date
        and credited.channel = spend_by_model.channel
        and credited.model = spend_by_model.model

),

kpis as (

    select
        report_date,
        channel,
        model,
        orders,
        new_customer_orders,
        gross_revenue,
        refunds,
        (gross_revenue - refunds)::decimal(18, 4) as net_revenue,
        spend,
        {{ ratio('gross_revenue', 'spend') }} as roas,
        {{ ratio('spend', 'orders') }} as cost_per_order
    from joined

)

select * from kpis
