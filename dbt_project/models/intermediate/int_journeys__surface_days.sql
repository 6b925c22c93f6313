{{ config(materialized='days', meta={
    'day_column': 'report_date', 'subjects': ['credits', 'touch_credits', 'tiktok_shop__live_sessions'],
    'days_after': 1
}) }}
-- depends_on: {{ ref('int_changes__credit_days') }}

with rooms as (

    select started_at, ended_at from {{ ref('int_live__rooms') }}

),

placed as (

    select
        credited.*,
        case
            when credited.content_surface != 'organic' or rooms.started_at is null then
                if(credited.channel in ('(unobserved)', '(no TikTok click)', 'TikTok Shop'), credited.channel,
                    credited.content_surface)
            -- Nothing in a link tells the LIVE: an organic visit while a room is open, or in the hour after.
            when credited.touched_at <= rooms.ended_at + interval 1 hour then 'live'
            else 'organic'
        end as surface
    from {{ ref('int_journeys__credits') }} as credited
    asof left join rooms on credited.touched_at >= rooms.started_at

),

credits as (

    select * from placed

),

credited as (

    {{ credits_by({'surface': 'surface'}) }}

)

select * from credited
