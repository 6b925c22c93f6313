{{ config(materialized='days', meta={
    'day_column': 'report_date', 'subjects': ['sessions', 'purchases'], 'days_after': 2, 'days_per_batch': 62
}) }}
-- depends_on: {{ ref('int_changes__days') }}

with visits as (

    select * from {{ ref('int_web__visits') }}
    where {{ in_batch('visit_date') }}

),

by_page as (

    select
        visit_date as report_date,
        property_id,
        landing_page,
        channel,
        campaign_name,
        campaign_id,
        ad_id,
        {{ visit_measures() }}
    from visits
    group by all

),

kpis as (

    select
        *,
        {{ ratio('engaged_sessions', 'sessions') }} as engagement_rate,
        {{ ratio('bounced_sessions', 'sessions') }} as bounce_rate,
        {{ ratio('new_user_sessions', 'sessions') }} as new_user_rate,
        {{ ratio('page_views', 'sessions') }} as pages_per_session,
        {{ ratio('engagement_seconds', 'sessions') }} as engagement_seconds_per_session,
        {{ ratio('duration_seconds', 'sessions') }} as duration_seconds_per_session,
        {{ ratio('view_item_sessions', 'sessions') }} as view_item_rate,
        {{ ratio('add_to_cart_sessions', 'sessions') }} as add_to_cart_rate,
        {{ ratio('begin_checkout_sessions', 'sessions') }} as begin_checkout_rate,
        {{ ratio('purchase_sessions', 'sessions') }} as purchase_rate,
        {{ ratio('gross_revenue', 'sessions') }} as gross_revenue_per_session
    from by_page

)

select * from kpis
