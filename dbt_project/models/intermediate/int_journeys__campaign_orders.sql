{{ config(materialized='days', meta={'day_column': 'order_date', 'subjects': ['credits']}) }}
-- depends_on: {{ ref('int_changes__credit_days') }}

with credits as (

    select * from {{ ref('int_journeys__credits') }}
    where
        model = 'last_touch' and entry = 'order' and touch_number is not null
        and {{ in_batch('credit_date') }}

),

credited as (

    select
        credit_date as order_date,
        coalesce(campaign_id, '(none)') as campaign_id,
        coalesce(lower(source), '(none)') as source,
        sum(orders)::decimal(18, 6) as orders,
        sum(new_customer_orders)::decimal(18, 6) as new_customer_orders,
        sum(gross_revenue)::decimal(18, 4) as gross_revenue
    from credits
    group by all

)

select * from credited
