-- Easter leaves four days without a fixing; an older rate is not the day's rate any more.
{%- set oldest_days = 5 %}

with fixed as (

    select * from {{ ref('stg_ecb__exchange_rates') }}

),

planned as (

    select * from {{ ref('exchange_rates') }}

),

status as (

    select * from {{ source('ledger', 'stream_status') }}

),

first_days as (

    select min(covered_from) as first_date from status
    union all
    select min(rate_date) as first_date from fixed

),

days as (

    select
        unnest(
            generate_series(min(first_date), (select max(status.horizon) from status), interval 1 day)
        )::date as rate_date
    from first_days

),

currencies as (

    select currency from fixed
    union
    select currency from planned
    union
    select 'EUR' as currency
    union
    select '{{ var("reporting_currency") }}' as currency

),

in_force as (

    -- Weekends and holidays have the rate of the last business day before them.
    select
        days.rate_date,
        currencies.currency,
        case when currencies.currency = 'EUR' then days.rate_date else fixed.rate_date end as fixed_on,
        case when currencies.currency = 'EUR' then 1 else fixed.units_per_euro end as units_per_euro
    from days
    cross join currencies
    asof left join fixed
        on currencies.currency = fixed.currency and days.rate_date >= fixed.rate_date

),

usable as (

    select
        rate_date,
        currency,
        case when rate_date - fixed_on <= {{ oldest_days }} then fixed_on end as fixed_on,
        case when rate_date - fixed_on <= {{ oldest_days }} then units_per_euro end as units_per_euro
    from in_force

),

reporting as (

    select * from usable
    where currency = '{{ var("reporting_currency") }}'

),

crossed as (

    -- A rate kept by hand wins over the market's from its first day on.
    select
        usable.rate_date,
        usable.currency,
        usable.fixed_on,
        planned.rate as planned_rate,
        reporting.units_per_euro / usable.units_per_euro as market_rate
    from usable
    inner join reporting on usable.rate_date = reporting.rate_date
    asof left join planned
        on usable.currency = planned.currency and usable.rate_date >= planned.valid_from

),

rates as (

    select
        rate_date,
        currency,
        case
            when currency = '{{ var("reporting_currency") }}' then 1
            else coalesce(planned_rate, market_rate)
        end::decimal(18, 8) as exchange_rate,
        (1 / exchange_rate)::decimal(18, 8) as reverse_rate,
        case
            when currency = '{{ var("reporting_currency") }}' then 'same currency'
            when planned_rate is not null then 'by hand'
            when market_rate is not null then 'central bank'
        end as origin,
        case when origin = 'central bank' then fixed_on end as fixed_on
    from crossed

)

select * from rates
