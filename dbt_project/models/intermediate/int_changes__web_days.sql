{%- set spill = var('session_spill_days') | int %}
{%- set lookback = var('attribution_lookback_days') | int -%}

with pending as (

    select * from {{ source('ledger', 'pending_windows') }}

),

changed_order_days as (

    select * from {{ ref('int_changes__order_days') }}

),

session_days as (

    -- A session holds events of `session_spill_days` after its first day, and begins only where none
    -- of as many days before has any: a changed day tells on both sides.
    select distinct window_start + unnest(range(-{{ spill }}, {{ spill }} + 1))::integer as changed_date
    from pending
    where stream = 'ga4_export__events'

),

matomo_days as (

    -- A visit lands with the day of its last action; it may have begun the day before.
    select distinct window_start + unnest(range(-1, 4))::integer as changed_date
    from pending
    where stream = 'matomo__visits'

),

purchase_days as (

    -- An order is named by purchase events from 1 day before to 3 days after it, one day more for the
    -- zones; their session began up to `session_spill_days` earlier.
    select distinct changed_date + unnest(range(-2 - {{ spill }}, 5))::integer as changed_date
    from changed_order_days
    where clock = 'order'

),

sequence_days as (

    -- A sequence lasts one look-back from its first visit, and begins where the look-back before it has
    -- none: a changed day of events tells on both sides, an order on the days before it.
    select changed_date + unnest(range(-{{ lookback }} - 6, {{ lookback }} + 7))::integer as changed_date
    from session_days
    union
    select changed_date + unnest(range(-{{ lookback }} - 1, 1))::integer as changed_date
    from changed_order_days
    where clock = 'order'

),

by_subject as (

    select 'sessions' as subject, changed_date from session_days
    union
    select 'matomo_visits' as subject, changed_date from matomo_days
    union
    select 'purchases' as subject, changed_date from purchase_days
    union
    select 'sequences' as subject, changed_date from sequence_days
    union
    select 'sequence_months' as subject, date_trunc('month', changed_date)::date as changed_date
    from sequence_days

)

select * from by_subject
