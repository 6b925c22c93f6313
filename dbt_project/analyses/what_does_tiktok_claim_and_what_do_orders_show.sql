-- How far is TikTok's claimed purchase value from the revenue that seen visits support, week by week?
with claimed as (

    select
        date_trunc('week', report_date) as week,
        sum(spend) as spend,
        sum(purchase_value) as claimed_value
    from kpi_ads_daily
    group by all

),

credited as (

    select
        date_trunc('week', report_date) as week,
        sum(gross_revenue) filter (where channel like 'TikTok Paid%') as tiktok_revenue,
        sum(gross_revenue) filter (where channel = '(unobserved)') as unobserved_revenue
    from attr_channel_daily
    where model = 'last_touch'
    group by all

)

select
    claimed.week,
    claimed.spend,
    claimed.claimed_value,
    credited.tiktok_revenue,
    credited.unobserved_revenue,
    claimed.claimed_value / nullif(claimed.spend, 0) as claimed_roas,
    credited.tiktok_revenue / nullif(claimed.spend, 0) as credited_roas
from claimed
left join credited on claimed.week = credited.week
order by claimed.week
