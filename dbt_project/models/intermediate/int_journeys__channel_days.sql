{{ config(materialized='days', meta={'day_column': 'credit_date', 'subjects': ['credits']}) }}
-- depends_on: {{ ref('int_changes__credit_days') }}

with credits as (

    select * from {{ ref('int_journeys__credits') }}
    where entry = 'order' and {{ in_batch('credit_date') }}

),

by_channel as (

    select
        credit_date,
        model,
        channel,
        sum(orders)::decimal(18, 6) as orders,
        sum(gross_revenue)::decimal(18, 4) as gross_revenue
    from credits
    group by all

)

select * from by_channel
