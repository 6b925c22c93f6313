{{ config(materialized='days', meta={'day_column': 'session_date', 'subjects': ['sessions']}) }}
-- depends_on: {{ ref('int_changes__days') }}

with sessions as (

    select * from {{ ref('int_web__sessions') }}

),

by_quarter as (

    -- A quarter of an hour is the finest step in which local times of all zones agree.
    select
        session_date,
        time_bucket(interval 15 minutes, started_at) as quarter_at,
        count(*) as sessions
    from sessions
    where {{ in_batch('session_date') }}
    group by all

)

select * from by_quarter
