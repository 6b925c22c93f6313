{{ config(materialized='days', meta={
    'day_column': 'visit_date', 'subjects': ['matomo_visits'], 'days_per_batch': 31
}) }}
-- depends_on: {{ ref('int_changes__days') }}

with visits as (

    -- A visit is landed with the day of its last action, up to three days after its own.
    select * from {{ ref('stg_matomo__visits') }}
    where {{ in_batch('window_start', before=1, after=3) }}

),

actions as (

    select * from {{ ref('stg_matomo__actions') }}
    where {{ in_batch('window_start', before=1, after=3) }}

),

rules as (

    select * from {{ ref('channel_rules') }}

),

categories as (

    select * from {{ ref('source_categories') }}

),

newest as (

    select *
    from visits
    where {{ in_batch('visit_date') }}
    qualify row_number() over (partition by visit_key order by window_start desc, pulled_at desc) = 1

),

steps as (

    select
        visit_key,
        bool_or(url like '%/products/%') as saw_product,
        bool_or(action_type in ('ecommerceAbandonedCart', 'ecommerceOrder')) as filled_cart
    from actions
    group by all

),

keyed as (

    -- Matomo names the kind of referrer; our channel rules ask for a source and a medium.
    select
        *,
        lower(coalesce(
            campaign_source, if(referrer_type = 'direct', '(direct)', referrer_name), '(not set)'
        )) as source,
        lower(coalesce(
            campaign_medium,
            case referrer_type
                when 'direct' then '(none)' when 'search' then 'organic' when 'website' then 'referral'
                when 'social' then 'social'
            end,
            '(not set)'
        )) as medium,
        coalesce(lower(campaign_name), '') as campaign_key,
        ttclid is not null as has_ttclid
    from newest

),

{{ channels_of('keyed') }},

labelled as (

    select
        keyed.visit_key,
        keyed.visit_date,
        keyed.visitor_id,
        keyed.user_id_sha256,
        keyed.started_at,
        keyed.source,
        keyed.medium,
        classified.channel_group,
        coalesce(classified.own_channel, classified.channel_group) as channel,
        {{ unreplaced_macro('lower(keyed.campaign_name)') }} as campaign_name,
        {{ unreplaced_macro('keyed.campaign_id') }} as campaign_id,
        {{ unreplaced_macro('keyed.ad_content') }} as ad_id,
        coalesce(steps.saw_product, false) as saw_product,
        coalesce(steps.filled_cart, false) as filled_cart
    from keyed
    inner join classified
        on keyed.source = classified.source
        and keyed.medium = classified.medium
        and keyed.campaign_key = classified.campaign_key
        and keyed.has_ttclid = classified.has_ttclid
    left join steps on keyed.visit_key = steps.visit_key

)

select * from labelled
