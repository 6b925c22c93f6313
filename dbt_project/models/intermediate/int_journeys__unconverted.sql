{{ config(materialized='days', meta={
    'day_column': 'journey_date', 'subjects': ['sessions'], 'people': true, 'days_per_batch': 31
}) }}
-- depends_on: {{ ref('int_changes__people') }}
{%- set window = var('attribution_lookback_days') | int %}

with people as (

    select * from {{ ref('int_identity__people') }}

),

touches as (

    select
        seen.touch_id,
        seen.touched_at,
        seen.touch_date,
        seen.browser_key,
        seen.channel,
        {{ person_of('seen') }} as person_id
    from {{ ref('int_journeys__touches') }} as seen
    left join people on seen.browser_key = people.browser_key
    where
        seen.tracker = 'ga4'
        and seen.quarantine_reason is null
        and {{ in_batch('seen.touch_date', before=window + 1, after=window + 1) }}

),

wanted as (

    select * from touches
    where {{ in_people('person_id') }}

),

orders as (

    select distinct
        {{ person_of_order('buyers') }} as person_id,
        buyers.ordered_at
    from {{ ref('int_identity__buyers') }} as buyers
    left join people on buyers.browser_key = people.browser_key
    where {{ in_batch('buyers.order_date', before=window + 2, after=window + 2) }}

),

with_next as (

    select
        wanted.*,
        orders.ordered_at as next_order_at,
        lead(wanted.touched_at) over (partition by wanted.person_id order by wanted.touched_at, wanted.touch_id)
            as next_touch_at
    from wanted
    asof left join orders on wanted.person_id = orders.person_id and wanted.touched_at <= orders.ordered_at

),

endings as (

    -- The last touch before a pause of a whole window in which nothing was bought either.
    select
        person_id,
        touch_id as journey_id,
        touched_at as ended_at,
        touch_date as journey_date
    from with_next
    where
        coalesce(next_touch_at > touched_at + to_seconds({{ window * 86400 }}), true)
        and coalesce(next_order_at > touched_at + to_seconds({{ window * 86400 }}), true)
        and {{ in_batch('touch_date') }}

),

last_orders as (

    select
        endings.*,
        orders.ordered_at as last_ordered_at
    from endings
    asof left join orders on endings.person_id = orders.person_id and endings.ended_at > orders.ordered_at

),

journeys as (

    -- What led to an order belongs to the order.
    select
        last_orders.journey_id,
        last_orders.journey_date,
        wanted.person_id,
        wanted.browser_key,
        wanted.touch_id,
        wanted.touched_at,
        wanted.touch_date,
        wanted.channel,
        row_number() over (
            partition by last_orders.journey_id order by wanted.touched_at, wanted.touch_id
        ) as touch_number
    from last_orders
    inner join wanted on last_orders.person_id = wanted.person_id
    where
        wanted.touched_at between last_orders.ended_at - to_seconds({{ window * 86400 }}) and last_orders.ended_at
        and coalesce(wanted.touched_at > last_orders.last_ordered_at, true)

)

select * from journeys
