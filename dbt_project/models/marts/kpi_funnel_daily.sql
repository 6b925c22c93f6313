{{ config(materialized='days', meta={'day_column': 'report_date', 'subjects': ['sessions'], 'days_per_batch': 62}) }}

with sessions as (

    select * from {{ ref('int_web__sessions') }}

),

channels as (

    select * from {{ ref('int_web__session_channels') }}

),

by_channel as (

    select
        sessions.session_date as report_date,
        channels.channel,
        count(*) as sessions,
        count(*) filter (where sessions.is_engaged) as engaged_sessions,
        count(*) filter (where sessions.is_new_user) as new_user_sessions,
        count(*) filter (where sessions.view_item_events > 0) as view_item_sessions,
        count(*) filter (where sessions.add_to_cart_events > 0) as add_to_cart_sessions,
        count(*) filter (where sessions.begin_checkout_events > 0) as begin_checkout_sessions,
        count(*) filter (where sessions.purchase_events > 0) as purchase_sessions,
        sum(sessions.page_views)::bigint as page_views,
        sum(sessions.view_item_events)::bigint as view_item_events,
        sum(sessions.add_to_cart_events)::bigint as add_to_cart_events,
        sum(sessions.begin_checkout_events)::bigint as begin_checkout_events,
        sum(sessions.purchase_events)::bigint as purchase_events
    from sessions
    inner join channels
        on sessions.session_key = channels.session_key and sessions.session_date = channels.session_date
    where {{ in_batch('sessions.session_date') }} and {{ in_batch('channels.session_date') }}
    group by all

),

kpis as (

    select
        *,
        {{ ratio('engaged_sessions', 'sessions') }} as engagement_rate,
        {{ ratio('view_item_sessions', 'sessions') }} as view_item_rate,
        {{ ratio('add_to_cart_sessions', 'sessions') }} as add_to_cart_rate,
        {{ ratio('begin_checkout_sessions', 'sessions') }} as begin_checkout_rate,
        {{ ratio('purchase_sessions', 'sessions') }} as purchase_rate
    from by_channel

)

select * from kpis
