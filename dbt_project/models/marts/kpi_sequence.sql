{{ config(materialized='days', meta={'day_column': 'first_stage_month', 'subjects': ['sequence_months']}) }}
-- depends_on: {{ ref('int_changes__days') }}

with sequences as (

    select
        *,
        date_trunc('month', start_date)::date as first_stage_month
    from {{ ref('int_journeys__sequences') }}
    where {{ in_batch("date_trunc('month', start_date)::date") }}

),

by_path as (

    select
        first_stage_month,
        path,
        split_part(path, ' > ', 1) as first_stage,
        split_part(path, ' > ', -1) as last_stage,
        stages,
        count(*) as sequences,
        count(*) filter (where is_converted) as converted_sequences,
        count(distinct user_pseudo_id) as people,
        count(distinct user_pseudo_id) filter (where is_converted) as converted_people,
        median(hours_first_to_last_stage) filter (where stages > 1) as median_hours_first_to_last_stage,
        median(hours_first_to_last_stage / (stages - 1)) filter (where stages > 1)
            as median_hours_between_stages,
        median(hours_to_order) as median_hours_to_order
    from sequences
    group by all

),

kpis as (

    select
        *,
        {{ ratio('sequences', 'sum(sequences) over (partition by first_stage_month)') }} as share_of_sequences,
        {{ ratio('converted_people', 'people') }} as conversion_rate,
        {{ wilson_low('converted_people', 'people') }} as conversion_rate_low,
        {{ wilson_high('converted_people', 'people') }} as conversion_rate_high
    from by_path

)

select * from kpis
