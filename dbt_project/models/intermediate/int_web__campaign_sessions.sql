{{ config(materialized='days', meta={'day_column': 'session_date', 'subjects': ['sessions'], 'days_per_batch': 62}) }}
-- depends_on: {{ ref('int_changes__days') }}

with sessions as (

    select * from {{ ref('int_web__session_channels') }}
    where {{ in_batch('session_date') }}

),

known_sources as (

    select distinct source from {{ ref('source_categories') }}

),

from_campaigns as (

    -- A source that no list holds may be a creator's key.
    select
        session_date,
        coalesce(campaign_id, '(none)') as campaign_id,
        coalesce(lower(source), '(none)') as source,
        count(*) as sessions
    from sessions
    where
        not is_gateway_return
        and (
            campaign_id is not null
            or channel = 'Creators'
            or (source != '(direct)' and source not in (select known_sources.source from known_sources))
        )
    group by all

)

select * from from_campaigns
