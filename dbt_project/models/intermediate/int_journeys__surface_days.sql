{{ config(materialized='days', meta={
    'day_column': 'report_date', 'subjects': ['credits', 'touch_credits', 'tiktok_shop__live_sessions'],
    'days_after': 1
}) }}
-- depends_on: {{ ref('int_changes__credit_days') }}

with rooms as (

    select started_at, ended_at from {{ ref('int_live__rooms') }}

),

in_rooms as (

    select
        credited.*,
        coalesce(credited.touched_at <= rooms.ended_at + interval 1 hour, false) as is_in_room
    from {{ ref('int_journeys__credits') }} as credited
    asof left join rooms on credited.touched_at >= rooms.started_at

),

placed as (

    -- Nothing in a link tells the LIVE: an organic visit while a room is open, or in the hour after.
    select
        *,
        case
            when channel in ('(unobserved)', '(no TikTok click)', 'TikTok Shop') then channel
            when content_surface = 'organic' and is_in_room then 'live'
            else content_surface
        end as surface
    from in_rooms

),

credits as (

    select * from placed

),

credited as (

    {{ credits_by({'surface': 'surface'}) }}

)

select * from credited
