{{ config(materialized='days', meta={
    'day_column': 'seen_date', 'subjects': ['matomo_visits'], 'days_per_batch': 31
}) }}
-- depends_on: {{ ref('int_changes__days') }}

with actions as (

    -- Landed with the day of the visit's last action: on the action's own day or a day or two later.
    select
        visit_key,
        position,
        action_at,
        action_type,
        order_id,
        split_part(url, '?', 1) as page
    from {{ ref('stg_matomo__actions') }}
    where action_type in ('action', 'ecommerceOrder') and {{ in_batch('window_start', before=1, after=3) }}

),

visits as (

    select visit_key, visitor_id from {{ ref('stg_matomo__visits') }}
    where {{ in_batch('window_start', before=1, after=3) }}

),

ordered as (

    -- An order's own stretch of the visit ends where the next order begins.
    select
        *,
        lead(position) over (partition by visit_key order by position) as next_position
    from actions
    where action_type = 'ecommerceOrder'

),

reloaded as (

    -- Matomo books an order once, however often its thank-you page is shown; the pages stay in the log.
    select
        ordered.visit_key,
        ordered.position,
        count(pages.position) as repeats
    from ordered
    left join actions as pages
        on ordered.visit_key = pages.visit_key
        and pages.action_type = 'action'
        and ordered.page = pages.page
        and ordered.position < pages.position
        and coalesce(ordered.next_position, 1000000) > pages.position
    group by all

),

chosen as (

    select
        ordered.order_id as order_reference,
        ordered.action_at as ordered_at,
        {{ reporting_date('ordered.action_at') }} as seen_date,
        ordered.visit_key,
        visits.visitor_id,
        reloaded.repeats
    from ordered
    inner join reloaded on ordered.visit_key = reloaded.visit_key and ordered.position = reloaded.position
    inner join visits on ordered.visit_key = visits.visit_key
    where ordered.order_id is not null and {{ in_batch(reporting_date('ordered.action_at')) }}

)

select * from chosen
