{{ config(materialized='days', meta={
    'day_column': 'month_start', 'subjects': ['journey_months'], 'days_per_batch': 31
}) }}
-- depends_on: {{ ref('int_changes__journey_months') }}

with converted as (

    select
        order_id as journey_id,
        order_date as journey_date,
        touch_number,
        channel,
        1 as conversions,
        age_us // 1000000 as seconds
    from {{ ref('int_journeys__order_touches') }}
    where rejection_reason is null and {{ in_batch("date_trunc('month', order_date)::date") }}

),

unconverted as (

    select
        journey_id,
        journey_date,
        touch_number,
        channel,
        0 as conversions,
        0 as seconds
    from {{ ref('int_journeys__unconverted') }}
    where {{ in_batch("date_trunc('month', journey_date)::date") }}

),

orders as (

    select order_id, gross_revenue from {{ ref('int_orders__counted') }}

),

touches as (

    select * from converted
    union all
    select * from unconverted

),

steps as (

    -- The same channel twice in a row is one step.
    select *
    from touches
    qualify channel is distinct from lag(channel) over (
        partition by conversions, journey_id order by touch_number
    )

),

journeys as (

    select
        journey_id,
        date_trunc('month', any_value(journey_date))::date as month_start,
        conversions,
        max(seconds) as seconds_to_order,
        list(channel order by touch_number) as channels
    from steps
    group by journey_id, conversions

),

paths as (

    select
        journeys.month_start,
        journeys.channels as path,
        sum(journeys.conversions)::bigint as conversions,
        coalesce(sum(orders.gross_revenue), 0)::decimal(18, 4) as conversion_value,
        sum(1 - journeys.conversions)::bigint as nulls,
        sum(journeys.seconds_to_order)::bigint as seconds_to_order
    from journeys
    left join orders on journeys.journey_id = orders.order_id
    group by all

)

select * from paths
