{{ config(materialized='days', meta={
    'day_column': 'login_date', 'subjects': ['ga4_export__events', 'matomo_visits'], 'days_per_batch': 62
}) }}
-- depends_on: {{ ref('int_changes__days') }}

with events as (

    select * from {{ ref('int_web__events') }}
    where user_id_sha256 is not null and user_pseudo_id is not null and {{ in_batch('event_date') }}

),

visits as (

    -- A visit is landed with the day of its last action, up to three days after its own.
    select * from {{ ref('stg_matomo__visits') }}
    where user_id_sha256 is not null and visitor_id is not null and {{ in_batch('window_start', before=1, after=3) }}

),

logins as (

    select
        event_date as login_date,
        'ga4|' || user_pseudo_id as browser_key,
        user_id_sha256
    from events
    union
    select
        visit_date as login_date,
        'matomo|' || visitor_id as browser_key,
        user_id_sha256
    from visits
    where {{ in_batch('visit_date') }}

)

select * from logins
