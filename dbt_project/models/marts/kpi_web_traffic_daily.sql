{{ config(materialized='days', meta={
    'day_column': 'report_date', 'subjects': ['ga4__traffic_daily', 'sessions', 'purchases'],
    'days_after': 2, 'days_per_batch': 62
}) }}
-- depends_on: {{ ref('int_changes__days') }}

with reported as (

    select * from {{ ref('int_web__ga4_traffic') }}
    where {{ in_batch('report_date') }}

),

visits as (

    select * from {{ ref('int_web__visits') }}
    where {{ in_batch('visit_date') }}

),

ga4_by_click as (

    select
        report_date, property_id, channel, channel_group, source, medium, campaign_name, campaign_id, ad_id,
        sum(sessions) as ga4_sessions,
        sum(engaged_sessions) as ga4_engaged_sessions,
        sum(sessions) - sum(engaged_sessions) as ga4_bounced_sessions,
        sum(new_users) as ga4_new_users,
        sum(page_views) as ga4_page_views,
        sum(add_to_carts) as ga4_add_to_carts,
        sum(checkouts) as ga4_checkouts,
        sum(purchases) as ga4_purchases,
        sum(purchase_revenue) as ga4_purchase_revenue,
        sum(key_events order by key_events) as ga4_key_events,
        sum(engagement_seconds order by engagement_seconds) as ga4_engagement_seconds
    from reported
    group by all

),

visits_by_click as (

    select
        visit_date as report_date,
        property_id, channel, channel_group, source, medium, campaign_name, campaign_id, ad_id,
        {{ visit_measures() }}
    from visits
    group by all

),

of_both as (

    select * from ga4_by_click
    union all by name
    select * from visits_by_click

),

known as (

    -- A click that one side does not have is 0 there, unless that side has nothing of the whole day.
    select
        *,
        count(ga4_sessions) over (partition by report_date, property_id) > 0 as has_ga4,
        count(sessions) over (partition by report_date, property_id) > 0 as has_export
    from of_both

),

side_by_side as (

    select
        report_date, property_id, channel, channel_group, source, medium, campaign_name, campaign_id, ad_id,
        if(bool_or(has_export), coalesce(sum(sessions), 0), null)::bigint as sessions,
        if(bool_or(has_export), coalesce(sum(engaged_sessions), 0), null)::bigint as engaged_sessions,
        if(bool_or(has_export), coalesce(sum(bounced_sessions), 0), null)::bigint as bounced_sessions,
        if(bool_or(has_export), coalesce(sum(new_user_sessions), 0), null)::bigint as new_user_sessions,
        if(bool_or(has_export), coalesce(sum(returning_user_sessions), 0), null)::bigint as returning_user_sessions,
        if(bool_or(has_export), coalesce(sum(page_views), 0), null)::bigint as page_views,
        if(
            bool_or(has_export), coalesce(sum(engagement_seconds order by engagement_seconds), 0), null
        )::double as engagement_seconds,
        if(
            bool_or(has_export), coalesce(sum(duration_seconds order by duration_seconds), 0), null
        )::double as duration_seconds,
        if(bool_or(has_export), coalesce(sum(purchase_events), 0), null)::bigint as purchase_events,
        if(bool_or(has_export), coalesce(sum(orders), 0), null)::bigint as orders,
        if(bool_or(has_export), coalesce(sum(gross_revenue), 0), null)::decimal(18, 4) as gross_revenue,
        if(bool_or(has_ga4), coalesce(sum(ga4_sessions), 0), null)::bigint as ga4_sessions,
        if(bool_or(has_ga4), coalesce(sum(ga4_engaged_sessions), 0), null)::bigint as ga4_engaged_sessions,
        if(bool_or(has_ga4), coalesce(sum(ga4_bounced_sessions), 0), null)::bigint as ga4_bounced_sessions,
        if(bool_or(has_ga4), coalesce(sum(ga4_new_users), 0), null)::bigint as ga4_new_users,
        if(bool_or(has_ga4), coalesce(sum(ga4_page_views), 0), null)::bigint as ga4_page_views,
        if(bool_or(has_ga4), coalesce(sum(ga4_add_to_carts), 0), null)::bigint as ga4_add_to_carts,
        if(bool_or(has_ga4), coalesce(sum(ga4_checkouts), 0), null)::bigint as ga4_checkouts,
        if(bool_or(has_ga4), coalesce(sum(ga4_purchases), 0), null)::bigint as ga4_purchases,
        if(bool_or(has_ga4), coalesce(sum(ga4_purchase_revenue), 0), null)::decimal(18, 4) as ga4_purchase_revenue,
        if(bool_or(has_ga4), coalesce(sum(ga4_key_events), 0), null)::double as ga4_key_events,
        if(
            bool_or(has_ga4), coalesce(sum(ga4_engagement_seconds order by ga4_engagement_seconds), 0), null
        )::double as ga4_engagement_seconds
    from known
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
        {{ ratio('purchase_events', 'sessions') }} as purchase_rate,
        {{ ratio('ga4_engaged_sessions', 'ga4_sessions') }} as ga4_engagement_rate,
        {{ ratio('ga4_bounced_sessions', 'ga4_sessions') }} as ga4_bounce_rate,
        {{ ratio('ga4_page_views', 'ga4_sessions') }} as ga4_pages_per_session,
        {{ ratio('ga4_engagement_seconds', 'ga4_sessions') }} as ga4_engagement_seconds_per_session,
        {{ ratio('ga4_purchases', 'ga4_sessions') }} as ga4_purchase_rate
    from side_by_side

)

select * from kpis
