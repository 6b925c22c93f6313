{{ config(severity='warn') }}
-- Within each breakdown the segments of a campaign's day spent and were shown what the campaign was,
-- apart from rounding. A gap means that TikTok withheld segments or one report was pulled at another time.
-- The newest day is left out: its splits are computed up to 16 hours later.
with audience as (

    select * from {{ ref('kpi_audience_daily') }}

),

campaigns as (

    select * from {{ ref('kpi_campaign_daily') }}

),

by_breakdown as (

    select
        report_date,
        campaign_id,
        breakdown,
        count(*) as segments,
        sum(spend) as spend,
        sum(impressions) as impressions
    from audience
    where report_date < (select max(campaigns.report_date) from campaigns)
    group by all

)

select
    by_breakdown.*,
    campaigns.spend as campaign_spend,
    campaigns.impressions as campaign_impressions
from by_breakdown
inner join campaigns
    on by_breakdown.report_date = campaigns.report_date
    and by_breakdown.campaign_id = campaigns.campaign_id
where
    abs(by_breakdown.spend - campaigns.spend) > 0.01 * (by_breakdown.segments + 1)
    or by_breakdown.impressions != campaigns.impressions
