with plans as (

    select * from {{ ref('stg_inputs__campaign_plans') }}

),

members as (

    select * from {{ ref('int_plans__members') }}

),

activity as (

    select * from {{ ref('int_plans__activity') }}

),

costs as (

    select * from {{ ref('int_plans__creator_costs') }}

),

parts as (

    select distinct
        plan_id,
        if(kind = 'creator', member, '(ads)') as member
    from members

),

by_part as (

    select
        parts.plan_id,
        parts.member,
        coalesce(sum(activity.ad_spend), 0) as ad_spend,
        coalesce(sum(activity.impressions), 0) as impressions,
        coalesce(sum(activity.clicks), 0) as clicks,
        coalesce(sum(activity.sessions), 0) as sessions,
        coalesce(sum(activity.orders), 0) as orders,
        coalesce(sum(activity.new_customer_orders), 0) as new_customer_orders,
        coalesce(sum(activity.gross_revenue), 0) as gross_revenue,
        coalesce(any_value(costs.fixed_cost) + any_value(costs.commission), 0) as creator_cost
    from parts
    left join activity
        on parts.plan_id = activity.plan_id and parts.member = activity.member and activity.is_in_plan
    left join costs on parts.plan_id = costs.plan_id and parts.member = costs.member
    group by all

),

active as (

    select
        plans.plan_id,
        count(distinct activity.report_date) filter (
            where activity.is_in_plan and (activity.ad_spend > 0 or activity.sessions > 0)
        ) as active_days,
        count(distinct activity.report_date) filter (where not activity.is_in_plan and activity.ad_spend > 0)
            as overrun_days
    from plans
    left join activity on plans.plan_id = activity.plan_id
    group by all

),

scoped as (

    select
        by_part.*,
        'creator' as scope,
        null::bigint as active_days,
        null::bigint as overrun_days
    from by_part
    where by_part.member != '(ads)'
    union all by name
    select
        by_part.plan_id,
        '(plan)' as member,
        'plan' as scope,
        sum(by_part.ad_spend) as ad_spend,
        sum(by_part.impressions) as impressions,
        sum(by_part.clicks) as clicks,
        sum(by_part.sessions) as sessions,
        sum(by_part.orders) as orders,
        sum(by_part.new_customer_orders) as new_customer_orders,
        sum(by_part.gross_revenue) as gross_revenue,
        sum(by_part.creator_cost) as creator_cost,
        any_value(active.active_days) as active_days,
        any_value(active.overrun_days) as overrun_days
    from by_part
    inner join active on by_part.plan_id = active.plan_id
    group by by_part.plan_id

)

select * from scoped
