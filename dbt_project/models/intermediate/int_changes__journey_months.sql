{#- Months whose paths may have changed: all from the first changed day on. -#}
with people as (

    select * from {{ ref('int_changes__people') }}

),

horizon as (

    select max(horizon) as last_date from {{ source('ledger', 'stream_status') }}

),

span as (

    select
        date_trunc('month', min(people.first_date))::date as first_month,
        any_value(horizon.last_date) as last_date
    from people
    cross join horizon

),

months as (

    select unnest(generate_series(first_month, last_date, interval 1 month))::date as changed_date
    from span
    where first_month is not null

)

select
    'journey_months' as subject,
    changed_date
from months
