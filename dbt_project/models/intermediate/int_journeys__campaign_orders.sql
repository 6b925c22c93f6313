{{ config(materialized='days', meta={'day_column': 'order_date', 'subjects': ['credits']}) }}
-- depends_on: {{ ref('int_changes__days') }}
{%- set lookback = var('attribution_lookback_days') | int %}

with credits as (

    select * from {{ ref('int_journeys__credits') }}
    where model = 'last_touch' and entry = 'order' and {{ in_batch('credit_date') }}

),

touches as (

    select * from {{ ref('int_journeys__order_touches') }}
    where {{ in_batch('order_date') }}

),

sessions as (

    select * from {{ ref('int_web__session_channels') }}
    where {{ in_batch('session_date', before=lookback + 2, after=1) }}

),

credited as (

    select
        credits.credit_date as order_date,
        coalesce(credits.campaign_id, '(none)') as campaign_id,
        coalesce(lower(sessions.source), '(none)') as source,
        sum(credits.orders)::decimal(18, 6) as orders,
        sum(credits.new_customer_orders)::decimal(18, 6) as new_customer_orders,
        sum(credits.gross_revenue)::decimal(18, 4) as gross_revenue
    from credits
    inner join touches on credits.order_id = touches.order_id and credits.touch_number = touches.touch_number
    inner join sessions
        on touches.session_key = sessions.session_key and touches.session_date = sessions.session_date
    group by all

)

select * from credited
