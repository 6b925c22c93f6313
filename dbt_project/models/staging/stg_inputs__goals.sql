with landed as (

    select * from {{ source('landing', 'inputs__goals') }}
    where _window_start = {{ newest_snapshot('inputs__goals') }}

),

renamed as (

    select
        {{ cleaned('goal_id') }} as goal_id,
        {{ cleaned('metric') }} as metric,
        {{ cleaned('target', 'decimal(18, 4)') }} as target,
        {{ cleaned('unit') }} as unit,
        {{ cleaned('period_start', 'date') }} as period_start_date,
        {{ cleaned('period_end', 'date') }} as period_end_date,
        {{ cleaned('owner') }} as owner,
        {{ cleaned('persona') }} as persona,
        _window_start as last_seen_date
    from landed

)

select * from renamed
