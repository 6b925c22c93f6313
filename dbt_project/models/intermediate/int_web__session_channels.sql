{{ config(materialized='days', meta={'day_column': 'session_date', 'subjects': ['sessions'], 'days_per_batch': 31}) }}

with sessions as (

    select * from {{ ref('int_web__sessions') }}

),

rules as (

    select * from {{ ref('channel_rules') }}

),

categories as (

    select * from {{ ref('source_categories') }}

),

keyed as (

    select
        *,
        ttclid is not null as has_ttclid,
        coalesce(campaign_name, '') as campaign_key
    from sessions
    where {{ in_batch('session_date') }}

),

{{ channels_of('keyed') }},

labelled as (

    select
        keyed.session_key,
        keyed.session_date,
        keyed.user_pseudo_id,
        keyed.started_at,
        keyed.source,
        keyed.medium,
        keyed.is_gateway_return,
        classified.channel_group,
        coalesce(classified.own_channel, classified.channel_group) as channel,
        {{ unreplaced_macro('keyed.campaign_name') }} as campaign_name,
        {{ unreplaced_macro('keyed.campaign_id') }} as campaign_id,
        {{ unreplaced_macro('keyed.content') }} as ad_id
    from keyed
    inner join classified
        on keyed.source = classified.source
        and keyed.medium = classified.medium
        and keyed.campaign_key = classified.campaign_key
        and keyed.has_ttclid = classified.has_ttclid

)

select * from labelled
