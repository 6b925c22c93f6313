with contracts as (

    select * from {{ ref('stg_inputs__creator_contracts') }}

),

other_costs as (

    select * from {{ ref('stg_inputs__other_costs') }}

),

pitches as (

    select * from {{ ref('stg_inputs__outreach') }}

),

posts as (

    select * from {{ ref('int_content__posts') }}

),

rates as (

    select * from {{ ref('int_rates__daily') }}

),

span as (

    -- Costs of days before the first rate belong to days that no mart shows.
    select
        (select min(rates.rate_date) from rates) as first_date,
        max(status.horizon) as last_date
    from {{ source('ledger', 'stream_status') }} as status

),

costs as (

    select
        'other_costs' as figure,
        currency,
        cost_start_date,
        cost_end_date,
        amount_account_currency as amount
    from other_costs
    union all
    -- An open-ended contract has no days to spread its costs over: all of it stands on the first.
    select
        'creator_costs' as figure,
        currency,
        contract_start_date as cost_start_date,
        coalesce(contract_end_date, contract_start_date) as cost_end_date,
        coalesce(fee_account_currency, 0) + coalesce(samples_cost_account_currency, 0)
        + coalesce(shipping_cost_account_currency, 0) as amount
    from contracts

),

spread as (

    -- Whole cents; those left over go one each to the first days, so that the days add up.
    select
        figure,
        currency,
        cost_start_date,
        (cost_end_date - cost_start_date + 1)::bigint as parts,
        round(amount * 100)::bigint as cents,
        unnest(range(1, (cost_end_date - cost_start_date + 2)::bigint)) as part_rank
    from costs

),

cost_days as (

    select
        figure,
        currency,
        cost_start_date + (part_rank - 1)::integer as report_date,
        {{ equal_share('cents', 'parts', 'part_rank') }} * 0.01::decimal(3, 2) as amount
    from spread

),

costs_by_day as (

    select
        cost_days.report_date,
        cost_days.figure,
        sum(round(
            cost_days.amount
            * {{ rate_or_stop('cost_days.currency', 'cost_days.report_date', 'rates.exchange_rate') }}, 4
        )) as amount
    from cost_days
    inner join span on cost_days.report_date between span.first_date and span.last_date
    left join rates on cost_days.currency = rates.currency and cost_days.report_date = rates.rate_date
    group by all

),

moments as (

    select {{ reporting_date('sent_at') }} as report_date, 'pitches_sent' as figure from pitches
    union all
    -- Answers stand on the day of their pitch: a rate of answers to pitches of the same days.
    select {{ reporting_date('sent_at') }} as report_date, 'pitches_answered' as figure from pitches
    where answered_at is not null
    union all
    select {{ reporting_date('signed_at') }} as report_date, 'creators_signed' as figure from pitches
    where signed_at is not null
    union all
    select published_date as report_date, 'posts' as figure from posts

),

moments_by_day as (

    select
        moments.report_date,
        moments.figure,
        count(*) as amount
    from moments
    inner join span on moments.report_date <= span.last_date
    group by all

),

figures as (

    select report_date, figure, amount::decimal(18, 4) as amount from costs_by_day
    union all
    select report_date, figure, amount::decimal(18, 4) as amount from moments_by_day

)

select * from figures
