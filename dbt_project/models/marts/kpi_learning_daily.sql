{{ config(materialized='days', meta={
    'day_column': 'report_date',
    'subjects': ['tiktok_ads__ad_daily', 'tiktok_organic__account_daily', 'sessions'],
}) }}
-- depends_on: {{ ref('int_changes__days') }}

with ads as (

    select * from {{ ref('stg_tiktok_ads__ad_daily') }}

),

accounts as (

    select * from {{ ref('stg_tiktok_organic__account_daily') }}

),

channels as (

    select * from {{ ref('int_figures__by_channel') }}

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
        channels.report_date,
        tiktok_channels.traffic,
        sum(channels.sessions) as sessions,
        sum(channels.view_item_sessions) as view_item_sessions,
        sum(channels.add_to_cart_sessions) as add_to_cart_sessions,
        sum(channels.begin_checkout_sessions) as begin_checkout_sessions,
        sum(channels.purchase_sessions) as purchase_sessions
    from channels
    inner join tiktok_channels on channels.channel = tiktok_channels.channel
    -- A channel that only got credit that day has no session, hence no row of its own.
    where {{ in_batch('channels.report_date') }} and channels.sessions > 0
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
        {{ ratio('video_views_2s', 'video_views') }} as hook_rate_of_plays,
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
