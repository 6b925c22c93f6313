{%- set default_window = var('attribution_lookback_days') | int -%}

with shared as (

    select * from {{ ref('int_journeys__window_totals') }}

),

effects as (

    select * from {{ ref('int_journeys__effects') }}

),

with_means as (

    -- TikTok's own rule is left out: it splits other orders than the rest.
    select
        *,
        avg(order_share_rate) over (
            partition by month_start, window_days, channel order by model
            rows between unbounded preceding and unbounded following
        ) as mean_share
    from shared
    where model != 'platform_tiktok' and not is_rest

),

spread as (

    -- rivage.measurement.disagreement: mean absolute deviation of a channel's share, in parts of its mean.
    select
        month_start,
        window_days,
        channel,
        {{ ratio('avg(abs(order_share_rate - mean_share) order by model)', 'any_value(mean_share)') }} as disagreement
    from with_means
    group by all

),

fitted as (

    -- Intervals are of the default window's fit.
    select
        fit_month,
        channel,
        'markov' as model,
        markov_share_low / markov_share as low,
        markov_share_high / markov_share as high,
        markov_effect as removal_effect
    from effects
    union all
    select
        fit_month,
        channel,
        'shapley' as model,
        shapley_share_low / shapley_share as low,
        shapley_share_high / shapley_share as high,
        null as removal_effect
    from effects

),

compared as (

    select
        shared.month_start,
        shared.window_days,
        shared.model,
        shared.channel,
        shared.orders,
        shared.order_share_rate,
        if(shared.is_rest, null, shared.most_share) as most_order_share_rate,
        if(shared.window_days = {{ default_window }}, shared.orders * fitted.low, null) as orders_low,
        if(shared.window_days = {{ default_window }}, shared.orders * fitted.high, null) as orders_high,
        fitted.removal_effect,
        spread.disagreement
    from shared
    left join fitted
        on shared.month_start = fitted.fit_month
        and shared.channel = fitted.channel
        and shared.model = fitted.model
    left join spread
        on shared.month_start = spread.month_start
        and shared.window_days = spread.window_days
        and shared.channel = spread.channel

)

select * from compared
