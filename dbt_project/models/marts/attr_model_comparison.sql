{%- set default_window = var('attribution_lookback_days') | int -%}

with window_shares as (

    select * from {{ ref('int_journeys__window_shares') }}

),

orders as (

    select * from {{ ref('int_orders__counted') }}
    where is_counted

),

effects as (

    select * from {{ ref('int_journeys__effects') }}

),

models as (

    select model from {{ ref('attribution_models') }}

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

windows as (

    -- Every seen order has a last touch, whatever its channel.
    select
        months.month_start,
        months.month_orders,
        compared.window_days,
        round(coalesce(sum(credited.orders), 0)) as seen_orders
    from months
    cross join (select unnest({{ var('compared_windows_days') }}) as window_days) as compared
    left join credited
        on months.month_start = credited.month_start
        and compared.window_days = credited.window_days
        and credited.model = 'last_touch'
    group by all

),

all_rows as (

    select month_start, window_days, model, channel, orders from credited
    union all
    select windows.month_start, windows.window_days, models.model, '(unobserved)', windows.month_orders - windows.seen_orders
    from windows
    cross join models
    union all
    select windows.month_start, windows.window_days, 'platform_tiktok', '(no TikTok click)',
        windows.seen_orders - coalesce(sum(credited.orders), 0)
    from windows
    left join credited
        on windows.month_start = credited.month_start
        and windows.window_days = credited.window_days
        and credited.model = 'platform_tiktok'
    group by windows.month_start, windows.window_days, windows.seen_orders

),

shared as (

    select
        all_rows.*,
        {{ ratio('all_rows.orders', 'windows.month_orders') }} as order_share_rate,
        if(
            all_rows.channel in ('(unobserved)', '(no TikTok click)'), null,
            {{ ratio('(all_rows.orders + windows.month_orders - windows.seen_orders)', 'windows.month_orders') }}
        ) as most_order_share_rate
    from all_rows
    inner join windows using (month_start, window_days)

),

spread as (

    -- rivage.measurement.disagreement: mean absolute deviation of a channel's share over the models, in parts of its
    -- mean. TikTok's own rule is left out: it splits other orders than the rest.
    select
        month_start,
        window_days,
        channel,
        {{ ratio('avg(abs(order_share_rate - mean_share) order by model)', 'any_value(mean_share)') }} as disagreement
    from (
        select
            *,
            avg(order_share_rate) over (partition by month_start, window_days, channel order by model rows between
                unbounded preceding and unbounded following) as mean_share
        from shared
        where model != 'platform_tiktok' and channel != '(unobserved)'
    )
    group by all

),

compared as (

    select
        shared.month_start,
        shared.window_days,
        shared.model,
        shared.channel,
        shared.orders,
        shared.order_share_rate,
        shared.most_order_share_rate,
        case when shared.window_days = {{ default_window }} then case shared.model
            when 'markov' then shared.orders * effects.markov_share_low / effects.markov_share
            when 'shapley' then shared.orders * effects.shapley_share_low / effects.shapley_share
        end end as orders_low,
        case when shared.window_days = {{ default_window }} then case shared.model
            when 'markov' then shared.orders * effects.markov_share_high / effects.markov_share
            when 'shapley' then shared.orders * effects.shapley_share_high / effects.shapley_share
        end end as orders_high,
        case when shared.model = 'markov' then effects.markov_effect end as removal_effect,
        spread.disagreement
    from shared
    left join effects on shared.month_start = effects.fit_month and shared.channel = effects.channel
    left join spread
        on shared.month_start = spread.month_start
        and shared.window_days = spread.window_days
        and shared.channel = spread.channel

)

select * from compared
