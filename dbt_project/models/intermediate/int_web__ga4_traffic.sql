{{ config(materialized='days', meta={'day_column': 'report_date', 'subjects': ['ga4__traffic_daily']}) }}
-- depends_on: {{ ref('int_changes__days') }}

with reported as (

    select * from {{ ref('stg_ga4__traffic_daily') }}
    where {{ in_batch('report_date') }}

),

rules as (

    select * from {{ ref('channel_rules') }}

),

categories as (

    select * from {{ ref('source_categories') }}

),

keyed as (

    -- The report knows no click id. Where GA4 has no source, our rules have nothing to say either.
    select
        *,
        lower(coalesce(source, '(not set)')) as source_key,
        lower(coalesce(medium, '(not set)')) as medium_key,
        coalesce(lower(campaign_name), '') as campaign_key,
        false as has_ttclid
    from reported

),

asked as (

    select
        source_key as source,
        medium_key as medium,
        campaign_key,
        has_ttclid
    from keyed

),

{{ channels_of('asked') }},

by_click as (

    select
        keyed.report_date,
        keyed.property_id,
        keyed.source_key as source,
        keyed.medium_key as medium,
        coalesce({{ unreplaced_macro('lower(keyed.campaign_name)') }}, '(not set)') as campaign_name,
        coalesce({{ unreplaced_macro('keyed.campaign_id') }}, '(not set)') as campaign_id,
        coalesce({{ unreplaced_macro('keyed.ad_content') }}, '(not set)') as ad_id,
        coalesce(keyed.channel_group, '(not set)') as channel_group,
        coalesce(classified.own_channel, keyed.channel_group, '(not set)') as channel,
        coalesce(keyed.country, '(not set)') as country,
        coalesce(keyed.device_category, '(not set)') as device_category,
        sum(keyed.sessions)::bigint as sessions,
        sum(keyed.engaged_sessions)::bigint as engaged_sessions,
        sum(keyed.new_users)::bigint as new_users,
        sum(keyed.page_views)::bigint as page_views,
        sum(keyed.add_to_carts)::bigint as add_to_carts,
        sum(keyed.checkouts)::bigint as checkouts,
        sum(keyed.purchases)::bigint as purchases,
        sum(keyed.purchase_revenue)::decimal(18, 4) as purchase_revenue,
        sum(keyed.key_events order by keyed.key_events)::double as key_events,
        sum(keyed.engagement_seconds order by keyed.engagement_seconds)::double as engagement_seconds
    from keyed
    inner join classified
        on keyed.source_key = classified.source
        and keyed.medium_key = classified.medium
        and keyed.campaign_key = classified.campaign_key
    group by all

)

select * from by_click
