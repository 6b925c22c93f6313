with experiments as (

    select * from {{ ref('stg_inputs__experiments') }}

),

outcomes as (

    select * from {{ ref('int_experiments__outcomes') }}

),

rows_of_all as (

    select
        experiments.experiment_id,
        experiments.kind,
        array_to_string(experiments.scope, ';') as scope,
        experiments.hypothesis,
        experiments.experiment_start_date,
        experiments.experiment_end_date,
        experiments.pre_period_start_date,
        array_to_string(experiments.treated_geos, ';') as treated_geos,
        array_to_string(experiments.control_geos, ';') as control_geos,
        coalesce(outcomes.status, 'cannot be measured') as status,
        if(outcomes.status is null, 'No shop is connected.', outcomes.reason) as reason,
        outcomes.method,
        outcomes.direction,
        outcomes.lift,
        outcomes.lift_low,
        outcomes.lift_high,
        outcomes.p_value,
        outcomes.incremental_orders,
        outcomes.incremental_orders_low,
        outcomes.incremental_orders_high,
        outcomes.incremental_gross_revenue::decimal(18, 4) as incremental_gross_revenue,
        outcomes.incremental_gross_revenue_low::decimal(18, 4) as incremental_gross_revenue_low,
        outcomes.incremental_gross_revenue_high::decimal(18, 4) as incremental_gross_revenue_high,
        outcomes.revenue_p_value,
        outcomes.extra_spend::decimal(18, 4) as extra_spend,
        outcomes.cost_per_incremental_order,
        outcomes.cost_per_incremental_order_low,
        outcomes.cost_per_incremental_order_high,
        outcomes.iroas,
        outcomes.iroas_low,
        outcomes.iroas_high,
        outcomes.evidence_grade,
        outcomes.detectable_lift,
        outcomes.second_method,
        outcomes.second_incremental_orders,
        outcomes.second_p_value,
        outcomes.note
    from experiments
    left join outcomes on experiments.experiment_id = outcomes.experiment_id

)

select * from rows_of_all
