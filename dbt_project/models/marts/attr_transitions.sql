{{ config(materialized='days', meta={'day_column': 'month_start', 'subjects': ['journey_months']}) }}
-- depends_on: {{ ref('int_changes__journey_months') }}

with paths as (

    select * from {{ ref('int_journeys__paths') }}
    where {{ in_batch('month_start') }}

),

arrows as (

    -- Each step of a path, its way in and its two ways out.
    select month_start, '(start)' as from_step, path[1] as to_step, conversions + nulls as journeys from paths
    union all
    select month_start, unnest(path[:-2]) as from_step, unnest(path[2:]) as to_step, conversions + nulls as journeys
    from paths
    where len(path) > 1
    union all
    select month_start, path[-1] as from_step, '(conversion)' as to_step, conversions as journeys from paths
    union all
    select month_start, path[-1] as from_step, '(null)' as to_step, nulls as journeys from paths

),

summed as (

    select
        month_start,
        from_step,
        to_step,
        sum(journeys)::bigint as journeys
    from arrows
    where journeys > 0
    group by all

),

shares as (

    select
        *,
        journeys / sum(journeys) over (partition by month_start, from_step) as probability
    from summed

)

select * from shares
