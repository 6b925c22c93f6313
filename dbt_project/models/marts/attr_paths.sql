{{ config(materialized='days', meta={'day_column': 'month_start', 'subjects': ['journey_months']}) }}
-- depends_on: {{ ref('int_changes__journey_months') }}

with paths as (

    select * from {{ ref('int_journeys__paths') }}
    where {{ in_batch('month_start') }}

),

described as (

    select
        month_start,
        array_to_string(path, ' > ') as path,
        len(path) as path_length,
        path[1] as first_channel,
        path[-1] as last_channel,
        (conversions + nulls)::bigint as journeys,
        conversions,
        nulls,
        conversion_value,
        seconds_to_order,
        {{ ratio('conversions', '(conversions + nulls)') }} as conversion_rate,
        {{ ratio('seconds_to_order', '(conversions * 3600)') }} as mean_hours_to_order
    from paths

)

select * from described
