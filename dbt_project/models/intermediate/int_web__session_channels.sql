{{ config(materialized='days', meta={'day_column': 'session_date', 'subjects': ['sessions'], 'days_per_batch': 31}) }}
{%- set macro_pattern = "^(%5f|_)*(campaign_(id|name)|aid(_name)?|cid(_name)?|ad_name|placement|click_?id)(%5f|_)*$" %}

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

combinations as (

    -- Rules are tried once per combination, not once per session.
    select distinct
        source,
        medium,
        campaign_key,
        has_ttclid
    from keyed

),

rules_that_hold as (

    select
        combinations.*,
        rules.rule_set,
        rules.rule_number,
        rules.channel
    from combinations
    cross join rules
    left join categories
        on combinations.source = categories.source and rules.source_category = categories.category
    where
        (rules.source_category is null or categories.source is not null)
        and (not coalesce(rules.needs_ttclid, false) or combinations.has_ttclid)
        and coalesce(regexp_matches(combinations.source, rules.source_pattern), true)
        and coalesce(regexp_matches(combinations.medium, rules.medium_pattern), true)
        and coalesce(regexp_matches(combinations.campaign_key, rules.campaign_pattern), true)

),

classified as (

    select
        source,
        medium,
        campaign_key,
        has_ttclid,
        arg_min(channel, rule_number) filter (where rule_set = 'ga4') as channel_group,
        nullif(arg_min(channel, rule_number) filter (where rule_set = 'rivage'), 'as GA4') as own_channel
    from rules_that_hold
    group by all

),

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
        -- A link that still holds __CAMPAIGN_NAME__ was never filled in by TikTok: no join is possible.
        if(regexp_matches(keyed.campaign_name, '{{ macro_pattern }}'), '(unreplaced macro)', keyed.campaign_name)
            as campaign_name,
        if(regexp_matches(lower(keyed.campaign_id), '{{ macro_pattern }}'), '(unreplaced macro)', keyed.campaign_id)
            as campaign_id,
        if(regexp_matches(lower(keyed.content), '{{ macro_pattern }}'), '(unreplaced macro)', keyed.content)
            as ad_id
    from keyed
    inner join classified
        on keyed.source = classified.source
        and keyed.medium = classified.medium
        and keyed.campaign_key = classified.campaign_key
        and keyed.has_ttclid = classified.has_ttclid

)

select * from labelled
