-- At which step do TikTok's visitors leave, compared with everyone else, over the last 28 days?
select
    if(channel like 'TikTok%', channel, 'all other channels') as visitors,
    sum(sessions) as sessions,
    sum(view_item_sessions) / nullif(sum(sessions), 0) as view_item_rate,
    sum(add_to_cart_sessions) / nullif(sum(view_item_sessions), 0) as cart_after_view_rate,
    sum(begin_checkout_sessions) / nullif(sum(add_to_cart_sessions), 0) as checkout_after_cart_rate,
    sum(purchase_sessions) / nullif(sum(begin_checkout_sessions), 0) as purchase_after_checkout_rate
from kpi_funnel_daily
where report_date > (select max(latest.report_date) - 28 from kpi_funnel_daily as latest)
group by all
order by sessions desc
