{{ config(materialized='days', meta={'day_column': 'snapshot_date', 'subjects': ['tiktok_organic__audience']}) }}
-- depends_on: {{ ref('int_changes__days') }}

with audience as (

    select * from {{ ref('stg_tiktok_organic__audience') }}
    where {{ in_batch('snapshot_date') }}

),

profile as (

    select
        snapshot_date,
        business_id,
        breakdown,
        coalesce(segment, '(unknown)') as segment,
        -- The API's hours are UTC; an hour's place in the reporting zone depends on the season.
        case when breakdown = 'active_hour' then hour(
            timezone(
                '{{ var("reporting_timezone") }}',
                timezone('UTC', snapshot_date + to_hours(try_cast(segment as integer)))
            )
        ) end as reporting_hour,
        share as audience_rate,
        case when breakdown != 'active_hour' then round(share * followers)::bigint end as followers_in_segment,
        followers as followers_total
    from audience

)

select * from profile
