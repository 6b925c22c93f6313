with members as (

    select * from {{ ref('int_plans__members') }}
    where kind = 'creator'

),

contracts as (

    select * from {{ ref('stg_inputs__creator_contracts') }}

),

activity as (

    select
        plan_id,
        member,
        report_date,
        gross_revenue
    from {{ ref('int_plans__activity') }}
    where is_in_plan

),

rates as (

    select * from {{ ref('int_rates__daily') }}
    where exchange_rate is not null

),

shared as (

    -- A contract's costs are spread over its days; one without an end stands on its first.
    select
        members.plan_id,
        members.member,
        contracts.currency,
        contracts.contract_start_date,
        contracts.contract_end_date,
        contracts.commission_rate,
        greatest(contracts.contract_start_date, members.plan_start_date) as shared_from,
        coalesce(contracts.contract_end_date, contracts.contract_start_date) as last_cost_date,
        greatest(least(last_cost_date, members.plan_end_date) - shared_from + 1, 0) as shared_days,
        last_cost_date - contracts.contract_start_date + 1 as contract_days,
        coalesce(contracts.fee_account_currency, 0) + coalesce(contracts.samples_cost_account_currency, 0)
        + coalesce(contracts.shipping_cost_account_currency, 0) as amount
    from members
    inner join contracts
        on members.member = contracts.creator_key
        and members.plan_end_date >= contracts.contract_start_date
        and coalesce(contracts.contract_end_date, members.plan_end_date) >= members.plan_start_date

),

fixed as (

    -- The last known rate: a plan may begin after the newest one.
    select
        shared.*,
        round(
            shared.amount * shared.shared_days / shared.contract_days
            * {{ rate_or_stop('shared.currency', 'shared.shared_from', 'rates.exchange_rate') }}, 4
        ) as fixed_cost
    from shared
    asof left join rates
        on shared.currency = rates.currency and shared.shared_from >= rates.rate_date

),

commissions as (

    select
        fixed.plan_id,
        fixed.member,
        fixed.contract_start_date,
        sum(activity.gross_revenue * coalesce(fixed.commission_rate, 0)) as commission
    from fixed
    inner join activity
        on fixed.plan_id = activity.plan_id
        and fixed.member = activity.member
        and fixed.contract_start_date <= activity.report_date
        and activity.report_date <= coalesce(fixed.contract_end_date, activity.report_date)
    group by all

),

costs as (

    select
        fixed.plan_id,
        fixed.member,
        sum(fixed.fixed_cost)::decimal(18, 4) as fixed_cost,
        coalesce(sum(round(commissions.commission, 4)), 0)::decimal(18, 4) as commission
    from fixed
    left join commissions
        on fixed.plan_id = commissions.plan_id
        and fixed.member = commissions.member
        and fixed.contract_start_date = commissions.contract_start_date
    group by all

)

select * from costs
