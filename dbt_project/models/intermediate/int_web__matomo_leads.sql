{{ config(materialized='days', meta={
    'day_column': 'lead_date', 'subjects': ['matomo_visits'], 'days_per_batch': 31
}) }}
-- depends_on: {{ ref('int_changes__days') }}

with actions as (

    -- Landed with the day of the visit's last action: on the action's own day or a day or two later.
    select
        visit_key,
        action_at,
        {{ reporting_date('action_at') }} as lead_date,
        case action_type
            when 'event' then 'matomo_event' when 'goal' then 'matomo_goal' when 'download' then 'matomo_download'
        end as tool,
        case action_type when 'event' then event_action when 'goal' then goal_name else action_type end as lead_name
    from {{ ref('stg_matomo__actions') }}
    where action_type in ('event', 'goal', 'download') and {{ in_batch('window_start', before=1, after=3) }}

),

visits as (

    -- The landed day, as above: the visit's own day stands in the JSON of its actions.
    select * from {{ ref('stg_matomo__visits') }}
    where {{ in_batch('window_start', before=1, after=3) }}

),

lead_rules as (

    select * from {{ ref('lead_events') }}

),

rules as (

    select * from {{ ref('channel_rules') }}

),

categories as (

    select * from {{ ref('source_categories') }}

),

names as (

    select distinct tool, lead_name from actions

),

lead_names as (

    select
        names.tool,
        names.lead_name,
        arg_min(lead_rules.lead_kind, lead_rules.priority) as lead_kind
    from names
    inner join lead_rules
        on names.tool = lead_rules.tool and regexp_matches(names.lead_name, lead_rules.pattern, 'i')
    group by all

),

found as (

    -- Matomo names the kind of referrer; our channel rules ask for a source and a medium.
    select
        actions.lead_date,
        actions.action_at,
        actions.visit_key,
        visits.visitor_id,
        lead_names.lead_kind,
        lower(coalesce(
            visits.campaign_source,
            if(visits.referrer_type = 'direct', '(direct)', visits.referrer_name), '(not set)'
        )) as source,
        lower(coalesce(
            visits.campaign_medium,
            case visits.referrer_type
                when 'direct' then '(none)' when 'search' then 'organic' when 'website' then 'referral'
                when 'social' then 'social'
            end,
            '(not set)'
        )) as medium,
        coalesce(lower(visits.campaign_name), '') as campaign_key,
        visits.ttclid is not null as has_ttclid
    from actions
    inner join lead_names on actions.tool = lead_names.tool and actions.lead_name = lead_names.lead_name
    inner join visits on actions.visit_key = visits.visit_key
    where {{ in_batch('actions.lead_date') }}

),

{{ channels_of('found') }},

leads as (

    select
        found.lead_date,
        found.action_at,
        found.lead_kind,
        found.visit_key,
        found.visitor_id,
        coalesce(classified.own_channel, classified.channel_group) as channel
    from found
    inner join classified
        on found.source = classified.source
        and found.medium = classified.medium
        and found.campaign_key = classified.campaign_key
        and found.has_ttclid = classified.has_ttclid

)

select * from leads
