{%- set amounts = {
    'visits': 'sessions', 'new_customers': 'new_customer_orders', 'sales': 'orders', 'gross': 'gross_revenue',
    'returned': 'refunds',
} %}

with baselines as (

    select * from {{ ref('int_goals__baselines') }}

),

channels as (

    select
        report_date, channel, sessions, orders, new_customer_orders, gross_revenue, refunds,
        false as is_rest
    from {{ ref('int_figures__by_channel') }}
    union all
    -- Sessions that GA4 counts and does not export: no consent, or modelled.
    select
        report_date, '(unobserved)' as channel,
        sum(if(figure = 'sessions', amount, -amount)) as sessions,
        0 as orders, 0 as new_customer_orders, 0 as gross_revenue, 0 as refunds,
        true as is_rest
    from {{ ref('int_figures__daily') }}
    where figure in ('sessions', 'observed_sessions')
    group by all
    having count(*) = 2

),

by_channel as (

    -- `_base` is what the channel would have brought on as many days at the pace of the baseline.
    select
        baselines.goal_id,
        baselines.metric,
        channels.channel,
        {%- for name, column in amounts.items() %}
        coalesce(sum(channels.{{ column }}) filter (
            where channels.report_date between baselines.measured_from and baselines.measured_to
        ), 0)::double as {{ name }},
        coalesce(sum(channels.{{ column }}) filter (
            where channels.report_date between baselines.baseline_from and baselines.baseline_to
        ), 0) * any_value(baselines.days_ratio) as {{ name }}_base,
        {%- endfor %}
        any_value(baselines.baseline) as baseline
    from baselines
    inner join channels
        on channels.report_date between least(baselines.baseline_from, baselines.measured_from)
        and baselines.measured_to
    where
        baselines.explained_by in ('funnel', 'channels')
        and (not channels.is_rest or baselines.explained_by = 'channels')
    group by all

),

chained as (

    -- visits -> deals -> worth: the chain whose last link is the goal's metric.
    select
        *,
        case metric when 'sessions' then visits when 'new_customer_orders' then new_customers else sales end as deals,
        case metric
            when 'sessions' then visits_base when 'new_customer_orders' then new_customers_base else sales_base
        end as deals_base,
        if(metric in ('gross_revenue', 'net_revenue'), gross, deals) as worth,
        if(metric in ('gross_revenue', 'net_revenue'), gross_base, deals_base) as worth_base
    from by_channel

),

effects as (

    -- One link after the other takes its new value, so that the effects add up to the change.
    select
        *,
        if(visits_base > 0, (visits - visits_base) * worth_base / visits_base, 0)
        + if(visits_base = 0 and visits > 0, worth, 0) as visits_effect,
        case
            when visits_base = 0 then 0
            when deals_base = 0 then worth
            else (deals - visits * deals_base / visits_base) * worth_base / deals_base
        end as conversion_effect,
        if(metric = 'net_revenue', returned_base - returned, 0) as refunds_effect,
        if(visits_base = 0 and visits = 0, worth - worth_base, 0) as unvisited_effect,
        worth - worth_base - visits_effect - conversion_effect - unvisited_effect as value_effect
    from chained

),

in_funnel as (

    {%- for effect, step in {
        'visits_effect': 'sessions', 'conversion_effect': 'conversion', 'value_effect': 'value per order',
        'refunds_effect': 'refunds', 'unvisited_effect': 'orders without a session',
    }.items() %}
    select goal_id, '{{ step }}' as funnel_step, channel, {{ effect }} as contribution from effects
    {{ 'union all' if not loop.last }}
    {%- endfor %}

)

select * from in_funnel
where contribution != 0
