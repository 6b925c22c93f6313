{{ config(materialized='days', meta={
    'day_column': 'report_date',
    'subjects': ['sessions', 'matomo_visits', 'tiktok_organic__account_daily', 'tiktok_ads__pixel_event_stats']
}) }}
-- depends_on: {{ ref('int_changes__days') }}

with leads as (

    select * from {{ ref('int_web__leads') }}
    where {{ in_batch('lead_date') }}

),

matomo_leads as (

    select * from {{ ref('int_web__matomo_leads') }}
    where {{ in_batch('lead_date') }}

),

pixel_leads as (

    select * from {{ ref('int_web__pixel_leads') }}
    where {{ in_batch('report_date') }}

),

profile_days as (

    select * from {{ ref('stg_tiktok_organic__account_daily') }}
    where {{ in_batch('report_date') }}

),

rules as (

    select * from {{ ref('lead_events') }}

),

web as (

    select
        lead_date as report_date,
        lead_kind,
        channel,
        count(*) as leads,
        count(distinct user_pseudo_id) as lead_people
    from leads
    group by all

),

matomo as (

    select
        lead_date as report_date,
        lead_kind,
        channel,
        count(*) as matomo_leads,
        count(distinct coalesce(visitor_id, visit_key)) as matomo_lead_people
    from matomo_leads
    group by all

),

profile as (

    select
        profile_days.report_date,
        rules.lead_kind,
        'TikTok Organic' as channel,
        sum(profile_days.lead_submissions) as platform_leads
    from profile_days
    inner join rules on rules.tool = 'tiktok_profile' and regexp_matches('lead_submissions', rules.pattern, 'i')
    where profile_days.lead_submissions > 0
    group by all

),

of_all as (

    select * from web
    union all by name
    select * from matomo
    union all by name
    select * from pixel_leads
    union all by name
    select * from profile

),

by_channel as (

    select
        report_date,
        lead_kind,
        channel,
        coalesce(max(leads), if({{ landed('ga4_export__events') }}, 0, null))::bigint as leads,
        coalesce(max(lead_people), if({{ landed('ga4_export__events') }}, 0, null))::bigint as lead_people,
        max(matomo_leads)::bigint as matomo_leads,
        max(matomo_lead_people)::bigint as matomo_lead_people,
        max(pixel_browser_events)::bigint as pixel_browser_events,
        max(pixel_server_events)::bigint as pixel_server_events,
        max(platform_leads)::bigint as platform_leads
    from of_all
    group by all

),

kpis as (

    -- A tool that counts on this day has none here; one that counts nothing all day is unknown.
    select
        * replace (
            coalesce(matomo_leads, if(count(matomo_leads) over same_day > 0, 0, null)) as matomo_leads,
            coalesce(matomo_lead_people, if(count(matomo_leads) over same_day > 0, 0, null)) as matomo_lead_people
        )
    from by_channel
    window same_day as (partition by report_date)

)

select * from kpis
