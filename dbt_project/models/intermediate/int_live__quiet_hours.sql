{%- set longest = 28 -%}
{%- set zone = "'" ~ var('reporting_timezone') ~ "'" -%}
{{ config(materialized='days', meta={
    'day_column': 'halo_date', 'subjects': ['tiktok_shop__live_sessions', 'sessions', 'orders'], 'days_after': 32
}) }}
-- depends_on: {{ ref('int_changes__days') }}

with rooms as (

    select * from {{ ref('int_live__rooms') }}

),

web as (

    select * from {{ ref('int_live__web_quarters') }}

),

status as (

    select * from {{ source('ledger', 'stream_status') }}

),

known as (

    -- The hours of which both sessions and orders are landed.
    select
        timezone({{ zone }}, max(covered_from)::timestamp) as first_at,
        timezone({{ zone }}, max(horizon)::timestamp + interval 1 day) as last_at
    from status
    where stream in ('ga4_export__events', 'shopify__orders')

),

slots as (

    -- Quarters of an hour of halos that are over.
    select
        rooms.room_id,
        rooms.halo_date,
        unnest(generate_series(rooms.halo_from, rooms.halo_to - interval 15 minutes, interval 15 minutes)) as slot_at
    from rooms
    cross join known
    where
        {{ in_batch('rooms.halo_date') }}
        and rooms.halo_to > rooms.halo_from
        and rooms.halo_to <= known.last_at
        and rooms.halo_from >= known.first_at

),

distances as (

    select unnest(range(1, {{ longest + 1 }}))::integer as days_back

),

compared as (

    -- The same local time of earlier days; a day of 23 or 25 hours keeps the clock, not the distance.
    select
        slots.room_id,
        slots.halo_date,
        slots.slot_at,
        distances.days_back,
        timezone({{ zone }}, timezone({{ zone }}, slots.slot_at) - to_days(distances.days_back)) as base_at
    from slots
    cross join distances

),

quiet as (

    -- Hours that no LIVE touched: outside the whole 48 hours of every room.
    select
        compared.*,
        compared.days_back % 7 = 0 as is_same_weekday,
        coalesce(web.sessions, 0) as sessions,
        coalesce(web.orders, 0) as orders,
        coalesce(web.revenue, 0) as revenue
    from compared
    cross join known
    asof left join rooms on compared.base_at >= rooms.halo_from
    left join web on compared.base_at = web.quarter_at
    where
        compared.base_at >= known.first_at
        and (rooms.halo_from is null or compared.base_at >= rooms.halo_from + interval 48 hours)

)

select * from quiet
