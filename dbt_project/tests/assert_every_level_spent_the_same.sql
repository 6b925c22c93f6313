{{ config(severity='warn') }}
-- TikTok's reports by ad, ad group, campaign and account agree on an account's spend, impressions and
-- clicks of a day, spend apart from rounding. A gap means one report was cut short or pulled at another
-- time.
with ads as (

    select * from {{ ref('kpi_ads_daily') }}

),

adgroups as (

    select * from {{ ref('kpi_adgroup_daily') }}

),

campaigns as (

    select * from {{ ref('kpi_campaign_daily') }}

),

advertisers as (

    select * from {{ ref('kpi_advertiser_daily') }}

),

by_level as (

    select 'ad' as report_level, report_date, advertiser_id, spend, impressions, clicks from ads
    union all
    select 'adgroup' as report_level, report_date, advertiser_id, spend, impressions, clicks from adgroups
    union all
    select 'campaign' as report_level, report_date, advertiser_id, spend, impressions, clicks from campaigns
    union all
    select 'advertiser' as report_level, report_date, advertiser_id, spend, impressions, clicks from advertisers

),

totals as (

    select
        report_level,
        report_date,
        advertiser_id,
        count(*) as summands,
        sum(spend) as spend,
        sum(impressions) as impressions,
        sum(clicks) as clicks
    from by_level
    group by all

),

compared as (

    select
        report_date,
        advertiser_id,
        max(summands) as summands,
        max(spend) - min(spend) as spend_gap,
        max(impressions) - min(impressions) as impressions_gap,
        max(clicks) - min(clicks) as clicks_gap,
        -- A level that has no row at all where another has spend is missing.
        count(*) filter (where spend > 0) as levels_with_spend
    from totals
    group by all

)

select * from compared
where
    spend_gap > 0.01 * (summands + 1)
    or impressions_gap > 0
    or clicks_gap > 0
    or levels_with_spend not in (0, 4)
