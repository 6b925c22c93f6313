-- Which ads of the last 28 days cost the most per purchase they claim, and do people watch them?
select
    dim_ad.ad_name,
    dim_ad.campaign_name,
    sum(kpi.spend) as spend,
    sum(kpi.purchases) as purchases,
    sum(kpi.spend) / nullif(sum(kpi.purchases), 0) as cost_per_purchase,
    sum(kpi.purchase_value) / nullif(sum(kpi.spend), 0) as platform_roas,
    sum(kpi.video_views_2s) / nullif(sum(kpi.video_plays), 0) as hook_rate,
    sum(kpi.video_views_p100) / nullif(sum(kpi.video_plays), 0) as completion_rate
from kpi_ads_daily as kpi
inner join dim_ad on kpi.ad_id = dim_ad.ad_id
where kpi.report_date > (select max(latest.report_date) - 28 from kpi_ads_daily as latest)
group by all
order by spend desc
