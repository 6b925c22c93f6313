{{ config(materialized='days', meta={
    'day_column': 'visit_date', 'subjects': ['sessions', 'purchases'], 'days_after': 2, 'days_per_batch': 31
}) }}
-- depends_on: {{ ref('int_changes__days') }}
{%- set spill = var('session_spill_days') | int %}

with sessions as (

    select * from {{ ref('int_web__sessions') }}

),

channels as (

    select * from {{ ref('int_web__session_channels') }}

),

purchases as (

    select * from {{ ref('int_web__purchases') }}

),

purchases_by_session as (

    select
        session_key,
        session_date,
        count(*) filter (where is_counted) as purchases,
        sum(events_removed) as purchase_events_removed,
        count(order_id) as orders,
        coalesce(sum(gross_revenue), 0) as gross_revenue
    from purchases
    where session_key is not null and {{ in_batch('session_date') }}
    group by all

),

returns as (

    select session_key, session_date, user_pseudo_id, started_at
    from channels
    where is_gateway_return and {{ in_batch('session_date') }}

),

earlier as (

    -- Where a buyer who comes back from a payment page had left from.
    select session_key, session_date, user_pseudo_id, started_at
    from channels
    where
        not is_gateway_return
        and {{ in_batch('session_date', before=spill) }}
        and user_pseudo_id in (select returns.user_pseudo_id from returns)

),

continued as (

    select
        returns.session_key,
        returns.session_date,
        earlier.session_key as origin_key,
        earlier.session_date as origin_date
    from returns
    asof inner join earlier
        on returns.user_pseudo_id = earlier.user_pseudo_id and returns.started_at >= earlier.started_at
    where returns.session_date - earlier.session_date <= {{ spill }}

),

parts as (

    -- The same day makes one visit; a return after midnight is one of its day, with its origin's channel.
    select
        sessions.*,
        if(continued.origin_date = sessions.session_date, continued.origin_key, sessions.session_key)
            as visit_key,
        coalesce(continued.origin_key, sessions.session_key) as channel_key,
        coalesce(continued.origin_date, sessions.session_date) as channel_date,
        row(sessions.is_gateway_return, sessions.started_at) as part_order
    from sessions
    left join continued
        on sessions.session_key = continued.session_key and sessions.session_date = continued.session_date
    where {{ in_batch('sessions.session_date') }}

),

visits as (

    select
        parts.session_date as visit_date,
        parts.visit_key,
        min(parts.property_id) as property_id,
        min(parts.user_pseudo_id) as user_pseudo_id,
        min(parts.started_at) as started_at,
        arg_min(parts.channel_key, parts.part_order) as channel_key,
        arg_min(parts.channel_date, parts.part_order) as channel_date,
        {{ page_path('arg_min(parts.landing_page, parts.part_order)') }} as landing_page,
        bool_or(parts.is_engaged) as is_engaged,
        bool_or(parts.is_new_user) as is_new_user,
        sum(parts.engagement_msec)::bigint as engagement_msec,
        (epoch_ms(max(parts.ended_at)) - epoch_ms(min(parts.started_at)))::bigint as duration_msec,
        sum(parts.page_views)::bigint as page_views,
        sum(parts.view_item_events)::bigint as view_item_events,
        sum(parts.add_to_cart_events)::bigint as add_to_cart_events,
        sum(parts.begin_checkout_events)::bigint as begin_checkout_events,
        coalesce(sum(bought.purchases), 0)::bigint as purchases,
        coalesce(sum(bought.purchase_events_removed), 0)::bigint as purchase_events_removed,
        coalesce(sum(bought.orders), 0)::bigint as orders,
        coalesce(sum(bought.gross_revenue), 0)::decimal(18, 4) as gross_revenue
    from parts
    left join purchases_by_session as bought
        on parts.session_key = bought.session_key and parts.session_date = bought.session_date
    group by all

),

with_channels as (

    select
        visits.*,
        channels.channel_group,
        channels.channel,
        channels.source,
        channels.medium,
        coalesce(channels.campaign_name, if(channels.source = '(direct)', '(direct)', '(not set)'))
            as campaign_name,
        coalesce(channels.campaign_id, '(not set)') as campaign_id,
        coalesce(channels.ad_id, '(not set)') as ad_id
    from visits
    inner join channels
        on visits.channel_key = channels.session_key and visits.channel_date = channels.session_date
    where {{ in_batch('channels.session_date', before=spill) }}

)

select * from with_channels
