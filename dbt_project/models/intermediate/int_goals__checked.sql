with goals as (

    select * from {{ ref('stg_inputs__goals') }}

),

key_figures as (

    select * from {{ ref('key_figures') }}
    where is_goal_metric

),

described as (

    select
        goals.goal_id,
        goals.metric,
        goals.target,
        goals.unit,
        goals.period_start_date,
        goals.period_end_date,
        goals.owner,
        goals.persona,
        key_figures.kind,
        key_figures.direction,
        key_figures.scale,
        key_figures.numerator,
        key_figures.denominator,
        coalesce(key_figures.may_fall, false) as may_fall,
        key_figures.explained_by,
        if(key_figures.unit = 'currency', '{{ var("reporting_currency") }}', key_figures.unit) as metric_unit
    from goals
    left join key_figures on goals.metric = key_figures.figure

),

judged as (

    -- The first reason that holds; a goal without one can be followed.
    select
        *,
        case
            when metric is null then 'Not measurable: the goal names no metric.'
            when kind is null
                then 'Not measurable: no figure is called ' || metric || '; inputs/README.md lists those there are.'
            when unit is null then 'Not measurable: the goal has no unit; write ' || metric_unit || '.'
            when unit != metric_unit
                then concat('Not measurable: ', metric, ' is kept in ', metric_unit, ', the goal is in ', unit, '.')
            when target is null then 'Not measurable: the goal has no target.'
            when target <= 0 then 'Not measurable: a target must be above 0, this one is ' || target || '.'
            when period_start_date is null then 'Not bound in time: the goal has no first day.'
            when period_end_date is null then 'Not bound in time: the goal has no end.'
            when period_end_date < period_start_date
                then 'Not bound in time: the goal ends on ' || period_end_date || ', before it begins.'
        end as refusal
    from described

)

select * from judged
