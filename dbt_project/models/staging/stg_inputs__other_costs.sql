with landed as (

    select * from {{ source('landing', 'inputs__other_costs') }}
    where _window_start = {{ newest_snapshot('inputs__other_costs') }}

),

renamed as (

    select
        line as cost_line,
        coalesce({{ cleaned('start_date', 'date') }}, {{ cleaned("month || '-01'", 'date') }}) as cost_start_date,
        coalesce({{ cleaned('end_date', 'date') }}, last_day({{ cleaned("month || '-01'", 'date') }})) as cost_end_date,
        {{ cleaned('category') }} as category,
        {{ cleaned('amount', 'decimal(18, 4)') }} as amount_account_currency,
        {{ cleaned('currency') }} as currency,
        {{ cleaned('note') }} as note,
        _window_start as last_seen_date
    from landed

)

select * from renamed
