with window_shares as (

    select * from {{ ref('int_journeys__window_shares') }}

),

orders as (

    select * from {{ ref('int_orders__counted') }}
    where is_counted

),

models as (

    select model from {{ ref('attribution_models') }}

),

compared_windows as (

    select unnest({{ var('compared_windows_days') }}) as window_days

),

credited as (

    select
        date_trunc('month', order_date)::date as month_start,
        window_days,
        model,
        channel,
        sum(orders order by order_date) as orders
    from window_shares
    group by all

),

months as (

    select
        date_trunc('month', order_date)::date as month_start,
        count(*) as month_orders
    from orders
    group by all

),

totals as (

    select month_start, window_days, model, sum(orders order by channel) as credited_orders from credited
    group by all

),

seen as (

    -- Every seen order has a last touch, whatever its channel.
    select
        months.month_start,
        months.month_orders,
        compared_windows.window_days,
        coalesce(round(totals.credited_orders), 0) as seen_orders
    from months
    cross join compared_windows
    left join totals
        on months.month_start = totals.month_start
        and compared_windows.window_days = totals.window_days
        and totals.model = 'last_touch'

),

all_rows as (

    select month_start, window_days, model, channel, orders from credited
    union all
    select
        seen.month_start, seen.window_days, models.model, '(unobserved)' as channel,
        seen.month_orders - seen.seen_orders as orders
    from seen
    cross join models
    union all
    select
        seen.month_start, seen.window_days, 'platform_tiktok' as model, '(no TikTok click)' as channel,
        seen.seen_orders - coalesce(totals.credited_orders, 0) as orders
    from seen
    left join totals
        on seen.month_start = totals.month_start
        and seen.window_days = totals.window_days
        and totals.model = 'platform_tiktok'

),

shared as (

    select
        all_rows.*,
        all_rows.channel in ('(unobserved)', '(no TikTok click)') as is_rest,
        {{ ratio('all_rows.orders', 'seen.month_orders') }} as order_share_rate,
        {{ ratio('(all_rows.orders + seen.month_orders - seen.seen_orders)', 'seen.month_orders') }} as most_share
    from all_rows
    inner join seen on all_rows.month_start = seen.month_start and all_rows.window_days = seen.window_days

)

select * from shared
