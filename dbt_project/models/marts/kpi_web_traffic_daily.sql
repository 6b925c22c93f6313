{{ config(materialized='days', meta={'day_column': 'report_date', 'subjects': ['ga4__traffic_daily']}) }}
-- depends_on: {{ ref('int_changes__days') }}

with traffic as (

    select * from {{ ref('stg_ga4__traffic_daily') }}

),

keyed as (

    -- GA4 sends a missing dimension as '' or '(not set)'; both are one key.
    select
        report_date,
        property_id,
        coalesce(source, '(not set)') as source,
        coalesce(medium, '(not set)') as medium,
        coalesce(campaign_name, '(not set)') as campaign_name,
        coalesce(campaign_id, '(not set)') as campaign_id,
        coalesce(ad_content, '(not set)') as ad_content,
        coalesce(channel_group, '(not set)') as channel_group,
        coalesce(country, '(not set)') as country,
        coalesce(device_category, '(not set)') as device_category,
        sum(sessions)::bigint as sessions,
        sum(engaged_sessions)::bigint as engaged_sessions,
        sum(new_users)::bigint as new_users,
        sum(page_views)::bigint as page_views,
        sum(add_to_carts)::bigint as add_to_carts,
        sum(checkouts)::bigint as checkouts,
        sum(purchases)::bigint as purchases,
        sum(purchase_revenue)::decimal(18, 4) as purchase_revenue,
        sum(key_events order by key_events)::double as key_events,
        sum(engagement_seconds order by engagement_seconds)::double as engagement_seconds
    from traffic
    where {{ in_batch('report_date') }}
    group by all

),

kpis as (

    select
        *,
        {{ ratio('engaged_sessions', 'sessions') }} as engagement_rate,
        {{ ratio('purchases', 'sessions') }} as purchase_rate
    from keyed

)

select * from kpis
