{{ config(severity='warn') }}
-- TikTok's campaign report and its ad report agree on an account's spend of a day,
-- apart from rounding. A gap means one report was cut short or pulled at another time.
with ads as (

    select * from {{ ref('kpi_ads_daily') }}

),

campaigns as (

    select * from {{ ref('kpi_campaign_daily') }}

),

by_report as (

    select report_date, advertiser_id, spend as ad_spend, 0 as campaign_spend, 1 as ad_rows from ads
    union all
    select report_date, advertiser_id, 0 as ad_spend, spend as campaign_spend, 0 as ad_rows from campaigns

),

by_day as (

    select
        report_date,
        advertiser_id,
        sum(ad_spend) as ad_spend,
        sum(campaign_spend) as campaign_spend,
        sum(ad_rows) as ad_rows
    from by_report
    group by all

)

select * from by_day
where abs(ad_spend - campaign_spend) > 0.01 * (ad_rows + 1)
