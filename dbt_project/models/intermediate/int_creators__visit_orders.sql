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

visits as (

    select * from {{ ref('int_creators__visits') }}
    where {{ in_batch('session_date', before=lookback + 2, after=1) }}

),

credited as (

    select
        credits.order_id,
        credits.credit_date as order_date,
        visits.source,
        visits.content,
        visits.is_creators_channel
    from credits
    inner join touches on credits.order_id = touches.order_id and credits.touch_number = touches.touch_number
    inner join visits
        on touches.session_key = visits.session_key and touches.session_date = visits.session_date

)

select * from credited
