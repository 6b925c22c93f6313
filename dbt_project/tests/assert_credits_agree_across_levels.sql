-- Campaigns, and content surfaces of the web shop, hold the same credit and spend as channels, ads the same as the
-- paid TikTok channels: per day and model, on both clocks.
with channels as (

    select * from {{ ref('attr_channel_daily') }}

),

paid as (

    select channel from {{ ref('tiktok_channels') }}
    where traffic = 'paid'

),

levels as (

    select
        'all' as part, 'channels' as mart, report_date, model,
        orders, net_revenue, orders_by_touch_day, net_revenue_by_touch_day, spend
    from channels
    union all
    select
        'all' as part, 'campaigns' as mart, report_date, model,
        orders, net_revenue, orders_by_touch_day, net_revenue_by_touch_day, spend
    from {{ ref('attr_campaign_daily') }}
    union all
    select
        'all' as part, 'content' as mart, report_date, model,
        orders, net_revenue, orders_by_touch_day, net_revenue_by_touch_day, spend
    from {{ ref('attr_content_daily') }}
    where shop = 'web'
    union all
    select
        'paid' as part, 'channels' as mart, report_date, model,
        orders, net_revenue, orders_by_touch_day, net_revenue_by_touch_day, spend
    from channels
    where channel in (select paid.channel from paid)
    union all
    select
        'paid' as part, 'ads' as mart, report_date, model,
        orders, net_revenue, orders_by_touch_day, net_revenue_by_touch_day, spend
    from {{ ref('attr_ad_daily') }}

),

by_level as (

    select
        part,
        mart,
        report_date,
        model,
        sum(orders) as orders,
        sum(net_revenue) as net_revenue,
        sum(orders_by_touch_day) as orders_by_touch_day,
        sum(net_revenue_by_touch_day) as net_revenue_by_touch_day,
        coalesce(sum(spend), 0) as spend
    from levels
    group by all

),

totals as (

    -- A mart without a row of the day has none of it.
    select * from by_level
    where
        orders != 0 or net_revenue != 0 or orders_by_touch_day != 0 or net_revenue_by_touch_day != 0 or spend != 0

),

compared as (

    select
        part,
        report_date,
        model,
        count(*) as marts,
        count(distinct row(orders, net_revenue, orders_by_touch_day, net_revenue_by_touch_day, spend)) as totals
    from totals
    group by all

)

select * from compared
where (marts != if(part = 'all', 3, 2) or totals != 1) and {{ web_credit_landed() }}
