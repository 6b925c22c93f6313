{{ config(materialized='days', meta={'day_column': 'order_date', 'subjects': ['orders']}) }}
-- depends_on: {{ ref('int_changes__days') }}

with orders as (

    select
        order_id,
        {{ reporting_date('ordered_at') }} as order_date,
        customer_journey
    from {{ ref('stg_shopify__orders') }}
    where {{ in_batch(reporting_date('ordered_at')) }}

),

rules as (

    select * from {{ ref('channel_rules') }}

),

categories as (

    select * from {{ ref('source_categories') }}

),

tiktok_channels as (

    select * from {{ ref('tiktok_channels') }}

),

listed as (

    -- The shop keeps the first and the last visit of the person, across browsers it could join.
    select
        order_id,
        order_date,
        unnest([customer_journey -> '$.firstVisit', customer_journey -> '$.lastVisit']) as visit
    from orders
    where customer_journey ->> '$.lastVisit.occurredAt' is not null

),

named as (

    select
        order_id,
        order_date,
        (visit ->> '$.occurredAt')::timestamptz as visited_at,
        visit ->> '$.utmParameters.content' as content,
        lower(coalesce(visit ->> '$.utmParameters.source', '(direct)')) as source,
        lower(coalesce(visit ->> '$.utmParameters.medium', '(none)')) as medium,
        lower(coalesce(visit ->> '$.utmParameters.campaign', '')) as campaign_key,
        {{ url_param("visit ->> '$.landingPage'", 'ttclid') }} is not null as has_ttclid
    from listed

),

{{ channels_of('named') }},

visits as (

    select distinct
        named.order_id,
        named.order_date,
        named.visited_at,
        coalesce(tiktok_channels.traffic = 'paid', false) as is_tiktok_click,
        {{ unreplaced_macro('named.content') }} as ad_id
    from named
    inner join classified
        on named.source = classified.source
        and named.medium = classified.medium
        and named.campaign_key = classified.campaign_key
        and named.has_ttclid = classified.has_ttclid
    left join tiktok_channels on classified.own_channel = tiktok_channels.channel

)

select * from visits
