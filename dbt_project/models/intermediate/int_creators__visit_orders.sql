{{ config(materialized='days', meta={'day_column': 'order_date', 'subjects': ['credits']}) }}
-- depends_on: {{ ref('int_changes__credit_days') }}

with credits as (

    select * from {{ ref('int_journeys__credits') }}
    where
        model = 'last_touch' and entry = 'order' and touch_number is not null
        and {{ in_batch('credit_date') }}

),

known_sources as (

    select distinct source from {{ ref('source_categories') }}

),

tagged as (

    -- A creator's key is a source of the team's own; in utm_content it counts on creators' visits only.
    select
        order_id,
        credit_date as order_date,
        lower(source) as source,
        if(channel = 'Creators', lower(content), null) as content,
        channel = 'Creators' as is_creators_channel
    from credits
    where
        channel = 'Creators'
        or (source != '(direct)' and source not in (select known_sources.source from known_sources))

)

select * from tagged
