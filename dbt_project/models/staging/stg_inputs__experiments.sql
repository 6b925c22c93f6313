with landed as (

    select * from {{ source('landing', 'inputs__experiments') }}
    where _window_start = {{ newest_snapshot('inputs__experiments') }}

),

renamed as (

    select
        {{ cleaned('experiment_id') }} as experiment_id,
        {{ cleaned('kind') }} as kind,
        [trim(campaign) for campaign in string_split(scope, ';')] as scope,
        {{ cleaned('start_date', 'date') }} as experiment_start_date,
        {{ cleaned('end_date', 'date') }} as experiment_end_date,
        {{ cleaned('pre_period_start', 'date') }} as pre_period_start_date,
        [trim(geo) for geo in string_split(treated_geos, ';')] as treated_geos,
        [trim(geo) for geo in string_split(control_geos, ';')] as control_geos,
        {{ cleaned('hypothesis') }} as hypothesis,
        {%- for group in ['treated', 'holdout'] %}
        {{ cleaned(group ~ '_people', 'bigint') }} as {{ group }}_people,
        {{ cleaned(group ~ '_orders', 'bigint') }} as {{ group }}_orders,
        {{ cleaned(group ~ '_revenue', 'decimal(18, 4)') }} as {{ group }}_revenue,
        {%- endfor %}
        _window_start as last_seen_date
    from landed

)

select * from renamed
