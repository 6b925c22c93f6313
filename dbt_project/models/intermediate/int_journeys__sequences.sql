{{ config(materialized='days', meta={
    'day_column': 'start_date', 'subjects': ['sequences'], 'days_per_batch': 62
}) }}
-- depends_on: {{ ref('int_changes__days') }}
{%- set lookback = var('attribution_lookback_days') | int %}

with visits as (

    select * from {{ ref('int_web__stage_visits') }}
    where {{ in_batch('session_date', before=lookback + 1, after=lookback + 1) }}

),

orders as (

    select
        order_id,
        substr(browser_key, 5) as user_pseudo_id,
        ordered_at
    from {{ ref('int_identity__buyers') }}
    where tracker = 'ga4' and {{ in_batch('order_date', before=1, after=lookback + 1) }}

),

with_pauses as (

    select
        *,
        started_at - lag(started_at) over (
            partition by user_pseudo_id order by started_at, session_key
        ) as pause
    from visits

),

starts as (

    -- A sequence begins with a paid visit that none precedes within the look-back.
    select user_pseudo_id, session_date as start_date, started_at
    from with_pauses
    where
        coalesce(pause > to_seconds({{ lookback * 86400 }}), true)
        and {{ in_batch('session_date') }}

),

bounded as (

    -- It ends with the look-back or with the first order: what is shown to a buyer is another story.
    select
        starts.user_pseudo_id,
        starts.start_date,
        starts.started_at,
        min(orders.ordered_at) as ordered_at
    from starts
    left join orders
        on starts.user_pseudo_id = orders.user_pseudo_id
        and starts.started_at <= orders.ordered_at
        and starts.started_at + to_seconds({{ lookback * 86400 }}) >= orders.ordered_at
    group by all

),

stages as (

    select
        bounded.user_pseudo_id,
        bounded.start_date,
        bounded.started_at,
        bounded.ordered_at,
        visits.sequence_stage,
        min(visits.started_at) as reached_at
    from bounded
    inner join visits
        on bounded.user_pseudo_id = visits.user_pseudo_id
        and bounded.started_at <= visits.started_at
        and coalesce(bounded.ordered_at, bounded.started_at + to_seconds({{ lookback * 86400 }}))
        >= visits.started_at
    group by all

),

sequences as (

    select
        user_pseudo_id,
        start_date,
        started_at,
        string_agg(sequence_stage, ' > ' order by reached_at, sequence_stage) as path,
        count(*) as stages,
        max(reached_at) as last_stage_at,
        any_value(ordered_at) as ordered_at
    from stages
    group by user_pseudo_id, start_date, started_at

),

timed as (

    select
        *,
        ordered_at is not null as is_converted,
        (epoch(last_stage_at) - epoch(started_at)) / 3600 as hours_first_to_last_stage,
        (epoch(ordered_at) - epoch(last_stage_at)) / 3600 as hours_to_order
    from sequences

)

select * from timed
