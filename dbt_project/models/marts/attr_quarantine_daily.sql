{{ config(materialized='days', meta={
    'day_column': 'touch_date', 'subjects': ['sessions', 'matomo_visits'], 'days_after': 1
}) }}
-- depends_on: {{ ref('int_changes__days') }}

with touches as (

    select * from {{ ref('int_journeys__touches') }}
    where {{ in_batch('touch_date') }}

),

counted as (

    select
        touch_date,
        tracker,
        coalesce(quarantine_reason, '(counts)') as reason,
        count(*) as touches,
        count(distinct browser_key) as browsers
    from touches
    group by all

)

select * from counted
