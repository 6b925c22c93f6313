{{ config(materialized='days', meta={'day_column': 'session_date', 'subjects': ['sessions'], 'days_per_batch': 31}) }}
-- depends_on: {{ ref('int_changes__days') }}
-- Whose tag it is, the contracts say, and they change without a day: visits keep the tag as it came.

with sessions as (

    select * from {{ ref('int_web__sessions') }}
    where {{ in_batch('session_date') }}

),

channels as (

    select * from {{ ref('int_web__session_channels') }}
    where {{ in_batch('session_date') }}

),

known_sources as (

    select distinct source from {{ ref('source_categories') }}

),

tagged as (

    -- A creator's key is a source of the team's own; in utm_content it counts on creators' visits only.
    select
        sessions.session_key,
        sessions.session_date,
        lower(sessions.source) as source,
        case when channels.channel = 'Creators' then lower(sessions.content) end as content,
        channels.channel = 'Creators' as is_creators_channel,
        sessions.is_engaged
    from sessions
    inner join channels
        on sessions.session_key = channels.session_key and sessions.session_date = channels.session_date
    where
        not sessions.is_gateway_return
        and (
            channels.channel = 'Creators'
            or (
                sessions.source != '(direct)'
                and sessions.source not in (select known_sources.source from known_sources)
            )
        )

)

select * from tagged
