-- In which campaigns does each person see the ads more often while fewer of them click?
select
    dim_campaign.campaign_name,
    date_trunc('week', kpi.report_date) as week,
    avg(kpi.frequency) as mean_daily_frequency,
    sum(kpi.clicks) / nullif(sum(kpi.impressions), 0) as ctr,
    sum(kpi.spend) * 1000 / nullif(sum(kpi.impressions), 0) as cpm
from kpi_campaign_daily as kpi
inner join dim_campaign on kpi.campaign_id = dim_campaign.campaign_id
group by all
order by dim_campaign.campaign_name, week
