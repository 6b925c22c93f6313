-- Which channels gain and lose when credit is shared over all visits instead of the last one?
select
    channel,
    sum(orders) filter (where model = 'last_touch') as orders_last_touch,
    sum(orders) filter (where model = 'linear') as orders_linear,
    sum(net_revenue) filter (where model = 'last_touch') as net_revenue_last_touch,
    sum(net_revenue) filter (where model = 'linear') as net_revenue_linear
from attr_channel_daily
group by all
order by orders_linear desc
