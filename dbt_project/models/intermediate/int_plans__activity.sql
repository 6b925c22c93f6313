with members as (

    select * from {{ ref('int_plans__members') }}

),

ads as (

    select
        spent.report_date,
        spent.campaign_id,
        sum(spent.spend) as spend,
        sum(reported.impressions) as impressions,
        sum(reported.clicks) as clicks
    from {{ ref('int_ads__spend') }} as spent
    inner join {{ ref('stg_tiktok_ads__ad_daily') }} as reported
        on spent.ad_id = reported.ad_id and spent.report_date = reported.report_date
    where spent.campaign_id in (select members.member from members)
    group by all

),

sessions as (

    select * from {{ ref('int_web__campaign_sessions') }}

),

orders as (

    select * from {{ ref('int_journeys__campaign_orders') }}

),

events as (

    select
        report_date, campaign_id, '(none)' as source,
        spend, impressions, clicks, 0 as sessions,
        0 as orders, 0 as new_customer_orders, 0 as gross_revenue
    from ads
    union all by name
    select session_date as report_date, campaign_id, source, sessions
    from sessions
    union all by name
    select order_date as report_date, campaign_id, source, orders, new_customer_orders, gross_revenue
    from orders

),

belonging as (

    -- A visit through an ad belongs to the ad, whoever made the video.
    select
        members.plan_id,
        members.plan_start_date,
        members.plan_end_date,
        if(members.kind = 'creator', members.member, '(ads)') as member,
        events.*
    from events
    inner join members
        on events.report_date between members.plan_start_date and members.plan_end_date + 30
    where
        (members.kind = 'campaign' and events.campaign_id = members.member)
        or (members.kind = 'creator' and events.source = lower(members.member))
    qualify row_number() over (
        partition by
            members.plan_id, events.report_date, events.campaign_id, events.source,
            events.spend is null, events.sessions is null
        order by members.kind, members.member
    ) = 1

),

by_day as (

    select
        plan_id,
        member,
        report_date,
        report_date <= plan_end_date as is_in_plan,
        coalesce(sum(spend), 0)::decimal(18, 4) as ad_spend,
        coalesce(sum(impressions), 0)::bigint as impressions,
        coalesce(sum(clicks), 0)::bigint as clicks,
        coalesce(sum(sessions), 0)::bigint as sessions,
        coalesce(sum(orders), 0)::decimal(18, 6) as orders,
        coalesce(sum(new_customer_orders), 0)::decimal(18, 6) as new_customer_orders,
        coalesce(sum(gross_revenue), 0)::decimal(18, 4) as gross_revenue
    from belonging
    group by all

)

select * from by_day
