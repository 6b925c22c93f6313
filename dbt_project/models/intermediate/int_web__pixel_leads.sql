{{ config(materialized='days', meta={
    'day_column': 'report_date', 'subjects': ['tiktok_ads__pixel_event_stats']
}) }}
-- depends_on: {{ ref('int_changes__days') }}

with stats as (

    select * from {{ ref('stg_tiktok_ads__pixel_event_stats') }}
    where {{ in_batch('event_date') }}

),

rules as (

    select * from {{ ref('lead_events') }}
    where tool = 'tiktok_pixel'

),

events as (

    -- Each account that sees a pixel is told all its events; one of them is enough.
    select
        event_date as report_date,
        pixel_id,
        event_name,
        max(browser_events) as browser_events,
        max(server_events) as server_events
    from stats
    group by all

),

kinds as (

    select
        events.report_date,
        events.pixel_id,
        events.event_name,
        arg_min(rules.lead_kind, rules.priority) as lead_kind,
        any_value(events.browser_events) as browser_events,
        any_value(events.server_events) as server_events
    from events
    inner join rules on regexp_matches(events.event_name, rules.pattern, 'i')
    group by all

),

by_kind as (

    select
        report_date,
        lead_kind,
        '(all, TikTok pixel)' as channel,
        sum(browser_events)::bigint as pixel_browser_events,
        sum(server_events)::bigint as pixel_server_events
    from kinds
    group by all

)

select * from by_kind
