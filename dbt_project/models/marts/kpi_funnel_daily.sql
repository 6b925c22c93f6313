{{ config(materialized='days', meta={
    'day_column': 'report_date', 'subjects': ['sessions', 'purchases'], 'days_after': 2, 'days_per_batch': 62
}) }}
-- depends_on: {{ ref('int_changes__days') }}

with visits as (

    select * from {{ ref('int_web__visits') }}
    where {{ in_batch('visit_date') }}

),

events as (

    select * from {{ ref('int_web__events') }}
    where session_key is null and event_name != 'purchase' and {{ in_batch('event_date') }}

),

purchases as (

    select * from {{ ref('int_web__purchases') }}
    where session_key is null and {{ in_batch('session_date') }}

),

in_visits as (

    select
        visit_date as report_date,
        property_id,
        channel,
        campaign_name,
        campaign_id,
        {{ visit_measures() }}
    from visits
    group by all

),

outside as (

    -- Without consent there is no browser and no session; the events happened all the same.
    select
        event_date as report_date, property_id, event_name,
        1 as happened, 0 as removed, null as order_id, null as gross_revenue
    from events
    union all
    select
        session_date as report_date, property_id, 'purchase' as event_name,
        is_counted::integer as happened, events_removed as removed, order_id, gross_revenue
    from purchases

),

outside_visits as (

    select
        report_date,
        property_id,
        '(no session)' as channel,
        '(not set)' as campaign_name,
        '(not set)' as campaign_id,
        sum(happened) filter (where event_name = 'page_view') as page_views,
        sum(happened) filter (where event_name = 'view_item') as view_item_events,
        sum(happened) filter (where event_name = 'add_to_cart') as add_to_cart_events,
        sum(happened) filter (where event_name = 'begin_checkout') as begin_checkout_events,
        sum(happened) filter (where event_name = 'purchase') as purchase_events,
        sum(removed) as purchase_events_removed,
        count(order_id) as orders,
        sum(gross_revenue) as gross_revenue
    from outside
    group by all

),

rows_of_both as (

    select * from in_visits
    union all by name
    select * from outside_visits

),

completed as (

    -- Outside visits nobody is counted as a person: null is unknown. No session is none.
    select
        * replace (
            {% for column in [
                'sessions', 'engaged_sessions', 'bounced_sessions', 'new_user_sessions', 'returning_user_sessions',
                'view_item_sessions', 'add_to_cart_sessions', 'begin_checkout_sessions', 'purchase_sessions',
                'page_views', 'view_item_events', 'add_to_cart_events', 'begin_checkout_events', 'purchase_events',
                'purchase_events_removed'
            ] -%}
            coalesce({{ column }}, 0)::bigint as {{ column }},
            {% endfor -%}
            coalesce(gross_revenue, 0)::decimal(18, 4) as gross_revenue
        )
    from rows_of_both

),

kpis as (

    select
        * exclude (engagement_seconds, duration_seconds),
        {{ ratio('engaged_sessions', 'sessions') }} as engagement_rate,
        {{ ratio('view_item_sessions', 'sessions') }} as view_item_rate,
        {{ ratio('add_to_cart_sessions', 'sessions') }} as add_to_cart_rate,
        {{ ratio('begin_checkout_sessions', 'sessions') }} as begin_checkout_rate,
        {{ ratio('purchase_sessions', 'sessions') }} as purchase_rate,
        {{ ratio('view_item_people', 'people') }} as view_item_step_rate,
        {{ ratio('add_to_cart_people', 'view_item_people') }} as add_to_cart_step_rate,
        {{ ratio('begin_checkout_people', 'add_to_cart_people') }} as begin_checkout_step_rate,
        {{ ratio('purchase_people', 'begin_checkout_people') }} as purchase_step_rate,
        1 - view_item_step_rate as view_item_drop_off_rate,
        1 - add_to_cart_step_rate as add_to_cart_drop_off_rate,
        1 - begin_checkout_step_rate as begin_checkout_drop_off_rate,
        1 - purchase_step_rate as purchase_drop_off_rate
    from completed

)

select * from kpis
