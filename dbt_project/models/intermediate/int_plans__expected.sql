with plans as (

    select * from {{ ref('stg_inputs__campaign_plans') }}

),

rates as (

    select * from {{ ref('int_rates__daily') }}
    where exchange_rate is not null

),

rated as (

    -- A plan's money is converted once, at the last rate known on its first day.
    select
        plans.*,
        {{ rate_or_stop('plans.currency', 'plans.plan_start_date', 'rates.exchange_rate') }} as exchange_rate
    from plans
    asof left join rates
        on plans.currency = rates.currency and plans.plan_start_date >= rates.rate_date

),

expected as (

    select
        plan_id, plan_name, plan_start_date, plan_end_date,
        expected_persona_share, goal_metric, goal_target,
        round(planned_cost_account_currency * exchange_rate, 4)::double as expected_cost,
        round(expected_revenue_account_currency * exchange_rate, 4)::double as expected_revenue,
        map {
            'cost': expected_cost,
            'sessions': expected_sessions::double,
            'orders': expected_orders::double,
            'gross_revenue': expected_revenue,
            'conversion_rate': {{ ratio('expected_orders', 'expected_sessions') }},
            'cost_per_session': {{ ratio('expected_cost', 'expected_sessions') }},
            'cost_per_order': {{ ratio('expected_cost', 'expected_orders') }},
            'roas': {{ ratio('expected_revenue', 'expected_cost') }},
            'active_days': (plan_end_date - plan_start_date + 1)::double,
            'overrun_days': 0::double
        } as planned
    from rated

)

select * from expected
