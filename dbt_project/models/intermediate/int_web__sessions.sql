{{ config(materialized='days', meta={'day_column': 'session_date', 'subjects': ['sessions'], 'days_per_batch': 7}) }}
{%- set spill = var('session_spill_days') | int %}

with events as (

    select * from {{ ref('int_web__events') }}

),

gateways as (

    select * from {{ ref('referral_exclusions') }}

),

session_events as (

    select * from events
    where session_key is not null and {{ in_batch('event_date', before=spill, after=spill) }}

),

days_seen as (

    select distinct session_key, event_date from session_events

),

starts as (

    -- A session starts on a day that none of its recent days precedes.
    select session_key, event_date as session_date
    from days_seen
    qualify
        coalesce(
            event_date - lag(event_date) over (partition by session_key order by event_date) > {{ spill }},
            true
        )
        and {{ in_batch('event_date') }}

),

gateway_sources as (

    select distinct session_events.source
    from session_events
    inner join gateways
        on session_events.source = gateways.domain
        or ends_with(session_events.source, '.' || gateways.domain)
    where session_events.medium = 'referral'

),

ordered as (

    select
        session_events.*,
        starts.session_date,
        gateway_sources.source is not null and session_events.medium = 'referral' as is_gateway,
        -- Events of one batch share their instant; the last values only make ties come out the same.
        row(
            session_events.event_at, session_events.batch_page_id, session_events.batch_ordering_id,
            session_events.batch_event_index, session_events.event_name, session_events.source,
            session_events.medium, session_events.campaign_name, session_events.ttclid, session_events.page
        ) as event_order
    from session_events
    inner join starts
        on session_events.session_key = starts.session_key
        and session_events.event_date between starts.session_date and starts.session_date + {{ spill }}
    left join gateway_sources on session_events.source = gateway_sources.source

),

marked as (

    -- On the web session_start and first_visit carry no click values; GA4's own "direct" is no source.
    select
        *,
        (event_name not in ('session_start', 'first_visit') or platform != 'WEB')
        and not is_gateway
        and (source != '(direct)' or ttclid is not null)
        and not coalesce(ignore_referrer = 'true' and medium = 'referral', false) as brings_source
    from ordered

),

sessions as (

    select
        session_key,
        session_date,
        min(property_id) as property_id,
        min(user_pseudo_id) as user_pseudo_id,
        min(event_at) as started_at,
        max(event_at) as ended_at,
        -- All click values come from one event: the first that brings a source.
        arg_min({
            'source': source, 'medium': medium, 'campaign_name': campaign_name,
            'campaign_id': campaign_id, 'content': content, 'term': term, 'ttclid': ttclid
        }, event_order) filter (where brings_source) as click,
        arg_min(page, event_order) filter (where page is not null) as landing_page,
        arg_min(is_gateway, event_order) filter (
            where event_name not in ('session_start', 'first_visit')
        ) as starts_at_gateway,
        coalesce(bool_or(is_session_engaged), false) as is_engaged,
        coalesce(bool_or(event_name = 'first_visit' or ga_session_number = 1), false) as is_new_user,
        coalesce(sum(engagement_msec), 0)::bigint as engagement_msec,
        count(*) as events,
        count(*) filter (where event_name = 'page_view') as page_views,
        count(*) filter (where event_name = 'view_item') as view_item_events,
        count(*) filter (where event_name = 'add_to_cart') as add_to_cart_events,
        count(*) filter (where event_name = 'begin_checkout') as begin_checkout_events,
        -- A reloaded thank-you page repeats the purchase with the same order reference.
        count(distinct coalesce(transaction_id, event_at::varchar)) filter (
            where event_name = 'purchase'
        ) as purchase_events
    from marked
    group by all

),

with_click as (

    select
        * exclude (click, starts_at_gateway),
        coalesce(click.source, '(direct)') as source,
        coalesce(click.medium, '(none)') as medium,
        click.campaign_name, click.campaign_id, click.content, click.term, click.ttclid,
        coalesce(click is null and starts_at_gateway, false) as is_gateway_return
    from sessions

)

select * from with_click
