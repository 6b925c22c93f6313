{{ config(materialized='days', meta={
    'day_column': 'lead_date', 'subjects': ['sessions'], 'days_per_batch': 31
}) }}
-- depends_on: {{ ref('int_changes__days') }}
{%- set spill = var('session_spill_days') | int %}

with events as (

    select property_id, event_date, event_at, event_name, session_key, user_pseudo_id
    from {{ ref('int_web__events') }}
    where {{ in_batch('event_date', after=spill) }}

),

channels as (

    select session_key, session_date, channel from {{ ref('int_web__session_channels') }}
    where {{ in_batch('session_date', before=spill) }}

),

rules as (

    select * from {{ ref('lead_events') }}
    where tool = 'web_event'

),

names as (

    select distinct event_name from events

),

lead_names as (

    select
        names.event_name,
        arg_min(rules.lead_kind, rules.priority) as lead_kind
    from names
    inner join rules on regexp_matches(names.event_name, rules.pattern, 'i')
    group by all

),

leads as (

    select
        coalesce(channels.session_date, events.event_date) as lead_date,
        events.property_id,
        events.event_at,
        events.event_name,
        lead_names.lead_kind,
        channels.session_key,
        events.user_pseudo_id,
        coalesce(channels.channel, '(no session)') as channel
    from events
    inner join lead_names on events.event_name = lead_names.event_name
    left join channels
        on events.session_key = channels.session_key
        and events.event_date between channels.session_date and channels.session_date + {{ spill }}
    where {{ in_batch('coalesce(channels.session_date, events.event_date)') }}

)

select * from leads
