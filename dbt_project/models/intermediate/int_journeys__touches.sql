{{ config(materialized='days', meta={
    'day_column': 'touch_date', 'subjects': ['sessions', 'matomo_visits'], 'days_after': 1, 'days_per_batch': 31
}) }}
-- depends_on: {{ ref('int_changes__days') }}

with sessions as (

    select * from {{ ref('int_web__sessions') }}
    where {{ in_batch('session_date', before=1) }}

),

session_channels as (

    select * from {{ ref('int_web__session_channels') }}
    where {{ in_batch('session_date', before=1) }}

),

matomo_visits as (

    select * from {{ ref('int_web__matomo_channels') }}
    where visitor_id is not null and {{ in_batch('visit_date', before=1) }}

),

channels as (

    select * from {{ ref('channels') }}

),

visits as (

    select
        'ga4' as tracker,
        'ga4|' || sessions.session_key || '|' || sessions.session_date as touch_id,
        'ga4|' || sessions.user_pseudo_id as browser_key,
        sessions.session_date as touch_date,
        sessions.started_at as touched_at,
        session_channels.source,
        session_channels.channel_group,
        session_channels.channel,
        session_channels.campaign_name,
        session_channels.campaign_id,
        session_channels.ad_id,
        sessions.content,
        sessions.view_item_events > 0 as saw_product,
        sessions.add_to_cart_events + sessions.begin_checkout_events > 0 as filled_cart,
        session_channels.is_gateway_return,
        sessions.session_key,
        sessions.session_date
    from sessions
    inner join session_channels
        on sessions.session_key = session_channels.session_key
        and sessions.session_date = session_channels.session_date
    where sessions.user_pseudo_id is not null
    union all by name
    select
        'matomo' as tracker,
        'matomo|' || visit_key as touch_id,
        'matomo|' || visitor_id as browser_key,
        visit_date as touch_date,
        started_at as touched_at,
        source,
        channel_group,
        channel,
        campaign_name,
        campaign_id,
        ad_id,
        ad_id as content,
        saw_product,
        filled_cart,
        false as is_gateway_return
    from matomo_visits

),

compared as (

    select
        *,
        row(channel, campaign_id, ad_id) as exposure,
        lag(row(channel, campaign_id, ad_id)) over by_browser as exposure_before,
        lag(touched_at) over by_browser as touched_before_at,
        count(*) over (partition by browser_key, touch_date) as visits_of_day
    from visits
    window by_browser as (
        partition by browser_key, is_gateway_return order by touched_at, touch_id
    )

),

judged as (

    -- The first reason that holds; a touch without one counts.
    select
        * exclude (exposure, exposure_before, touched_before_at, visits_of_day, is_gateway_return),
        case
            when visits_of_day > {{ var('most_visits_per_day') }} then 'too many visits in a day'
            when is_gateway_return then 'back from a payment page'
            when exposure = exposure_before and touched_at <= touched_before_at + interval 30 minutes
                then 'same exposure again'
        end as quarantine_reason
    from compared
    where {{ in_batch('touch_date') }}

),

typed as (

    select
        judged.*,
        coalesce(channels.touch_type, 'organic') as touch_type,
        coalesce(channels.content_surface, 'other') as content_surface
    from judged
    left join channels on judged.channel = channels.channel

)

select * from typed
