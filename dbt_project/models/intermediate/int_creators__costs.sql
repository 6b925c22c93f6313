with contracts as (

    select * from {{ ref('stg_inputs__creator_contracts') }}

),

other_costs as (

    select * from {{ ref('stg_inputs__other_costs') }}

),

cost_shares as (

    select * from {{ ref('creator_cost_shares') }}
    where creator_share > 0

),

rates as (

    select * from {{ ref('int_rates__daily') }}

),

horizon as (

    select max(horizon) as horizon from {{ source('ledger', 'stream_status') }}

),

first_rates as (

    -- A contract older than all landed rates is converted at the first one.
    select
        currency,
        min(rate_date) as rate_date
    from rates
    where exchange_rate is not null
    group by all

),

signed as (

    -- Owed from the first day on: an open-ended contract has no last day to spread a fee over.
    select
        contracts.*,
        {{ rate_or_stop('contracts.currency', 'contracts.contract_start_date', 'rates.exchange_rate') }} as rate
    from contracts
    left join first_rates on contracts.currency = first_rates.currency
    left join rates
        on contracts.currency = rates.currency
        and greatest(contracts.contract_start_date, first_rates.rate_date) = rates.rate_date
    where contracts.contract_start_date <= (select horizon.horizon from horizon)

),

deals as (

    select
        contract_start_date as report_date,
        creator_key,
        round(fee_account_currency * rate, 4)::decimal(18, 4) as fee,
        round(samples_cost_account_currency * rate, 4)::decimal(18, 4) as samples_cost,
        round(shipping_cost_account_currency * rate, 4)::decimal(18, 4) as shipping_cost,
        0::decimal(18, 4) as shared_cost
    from signed

),

borne as (

    select
        other_costs.cost_line,
        other_costs.currency,
        other_costs.amount_account_currency * cost_shares.creator_share
        / (other_costs.cost_end_date - other_costs.cost_start_date + 1) as daily_amount,
        unnest(
            generate_series(other_costs.cost_start_date, other_costs.cost_end_date, interval 1 day)
        )::date as report_date
    from other_costs
    inner join cost_shares on other_costs.category = cost_shares.category

),

borne_days as (

    select
        borne.*,
        {{ rate_or_stop('borne.currency', 'borne.report_date', 'rates.exchange_rate') }} as rate
    from borne
    left join rates on borne.currency = rates.currency and borne.report_date = rates.rate_date
    where borne.report_date <= (select horizon.horizon from horizon)

),

shares as (

    -- Equal parts for whoever is under contract that day; nobody's where nobody is.
    select
        borne_days.report_date,
        coalesce(contracts.creator_key, '(no creator)') as creator_key,
        borne_days.daily_amount * borne_days.rate
        / count(*) over (partition by borne_days.cost_line, borne_days.report_date) as amount
    from borne_days
    left join contracts
        on borne_days.report_date
        between contracts.contract_start_date and coalesce(contracts.contract_end_date, borne_days.report_date)

),

shared_days as (

    select
        report_date,
        creator_key,
        0::decimal(18, 4) as fee,
        0::decimal(18, 4) as samples_cost,
        0::decimal(18, 4) as shipping_cost,
        round(sum(amount), 4)::decimal(18, 4) as shared_cost
    from shares
    group by all

),

costs as (

    select * from deals
    union all by name
    select * from shared_days

)

select * from costs
