{{ config(materialized='days', meta={
    'day_column': 'report_date', 'days_per_batch': 62,
    'subjects': ['tiktok_ads__ad_daily', 'tiktok_organic__account_daily', 'sessions'],
}) }}
-- depends_on: {{ ref('int_changes__days') }}

with ads as (

    select * from {{ ref('stg_tiktok_ads__ad_daily') }}

),

accounts as (

    select * from {{ ref('stg_tiktok_organic__account_daily') }}

),

sessions as (

    select * from {{ ref('int_web__sessions') }}

),

session_channels as (

    select * from {{ ref('int_web__session_channels') }}

),

tiktok_channels as (

    select * from {{ ref('tiktok_channels') }}

),

known_days as (

    select * from {{ ref('int_figures__known_days') }}
    where figure = 'tiktok_sessions'

),

content_by_day as (

    select
        report_date,
        'paid' as traffic,
        sum(impressions) as impressions,
        sum(video_plays) as video_views,
        sum(video_views_2s) as video_views_2s,
        sum(video_views_6s) as video_views_6s,
        sum(video_views_p100) as video_completions,
        sum(likes) as likes,
        sum(comments) as comments,
        sum(shares) as shares
    from ads
    where {{ in_batch('report_date') }}
    group by all
    union all
    -- Of the brand's own posts TikTok counts nothing by day but views and interactions.
    select
        report_date,
        'organic' as traffic,
        null as impressions,
        sum(video_views) as video_views,
        null as video_views_2s,
        null as video_views_6s,
        null as video_completions,
        sum(likes) as likes,
        sum(comments) as comments,
        sum(shares) as shares
    from accounts
    where {{ in_batch('report_date') }}
    group by all

),

funnel_by_day as (

    select
        sessions.session_date as report_date,
        tiktok_channels.traffic,
        count(*) as sessions,
        count(*) filter (where sessions.view_item_events > 0) as view_item_sessions,
        count(*) filter (where sessions.add_to_cart_events > 0) as add_to_cart_sessions,
        count(*) filter (where sessions.begin_checkout_events > 0) as begin_checkout_sessions,
        count(*) filter (where sessions.purchase_events > 0) as purchase_sessions
    from sessions
    inner join session_channels
        on sessions.session_key = session_channels.session_key
        and sessions.session_date = session_channels.session_date
    inner join tiktok_channels on session_channels.channel = tiktok_channels.channel
    where {{ in_batch('sessions.session_date') }} and {{ in_batch('session_channels.session_date') }}
    group by all

),

joined as (

    -- No session on a day the analytics covers is 0, before it began it is unknown.
    select
        coalesce(content_by_day.report_date, funnel_by_day.report_date) as report_date,
        coalesce(content_by_day.traffic, funnel_by_day.traffic) as traffic,
        {%- for measure in [
            'impressions', 'video_views', 'video_views_2s', 'video_views_6s', 'video_completions',
            'likes', 'comments', 'shares',
        ] %}
        content_by_day.{{ measure }}::bigint as {{ measure }},
        {%- endfor %}
        {%- for measure in [
            'sessions', 'view_item_sessions', 'add_to_cart_sessions', 'begin_checkout_sessions', 'purchase_sessions',
        ] %}
        if(known_days.report_date is not null, coalesce(funnel_by_day.{{ measure }}, 0), null)::bigint
            as {{ measure }},
        {%- endfor %}
        (content_by_day.comments + content_by_day.shares)::bigint as qualified_engagements
    from content_by_day
    full outer join funnel_by_day
        on content_by_day.report_date = funnel_by_day.report_date
        and content_by_day.traffic = funnel_by_day.traffic
    left join known_days
        on coalesce(content_by_day.report_date, funnel_by_day.report_date) = known_days.report_date

),

kpis as (

    select
        *,
        {{ ratio('video_views_2s', 'impressions') }} as view_rate,
        {{ ratio('video_views_2s', 'video_views') }} as hook_rate,
        {{ ratio('video_views_6s', 'video_views_2s') }} as hold_rate,
        {{ ratio('video_completions', 'video_views') }} as completion_rate,
        {{ ratio('qualified_engagements', 'video_views') }} as qualified_engagement_rate,
        {{ ratio('view_item_sessions', 'sessions') }} as view_item_rate,
        {{ ratio('add_to_cart_sessions', 'view_item_sessions') }} as cart_step_rate,
        {{ ratio('begin_checkout_sessions', 'add_to_cart_sessions') }} as checkout_step_rate,
        {{ ratio('purchase_sessions', 'begin_checkout_sessions') }} as purchase_step_rate,
        {{ ratio('purchase_sessions', 'sessions') }} as purchase_rate
    from joined

)

select * from kpis
