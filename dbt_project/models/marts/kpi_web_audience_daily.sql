{{ config(materialized='days', meta={'day_column': 'report_date', 'subjects': ['ga4__traffic_daily']}) }}
-- depends_on: {{ ref('int_changes__days') }}

with reported as (

    select * from {{ ref('int_web__ga4_traffic') }}
    where {{ in_batch('report_date') }}

),

by_audience as (

    select
        report_date,
        property_id,
        country,
        device_category,
        channel,
        channel_group,
        sum(sessions)::bigint as ga4_sessions,
        sum(engaged_sessions)::bigint as ga4_engaged_sessions,
        sum(new_users)::bigint as ga4_new_users,
        sum(page_views)::bigint as ga4_page_views,
        sum(purchases)::bigint as ga4_purchases,
        sum(purchase_revenue)::decimal(18, 4) as ga4_purchase_revenue
    from reported
    group by all

),

kpis as (

    select
        *,
        {{ ratio('ga4_engaged_sessions', 'ga4_sessions') }} as ga4_engagement_rate,
        {{ ratio('ga4_purchases', 'ga4_sessions') }} as ga4_purchase_rate
    from by_audience

)

select * from kpis
