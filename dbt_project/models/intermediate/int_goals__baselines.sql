{#- A goal's measured days are compared with as many weeks before it, whole weeks so that weekdays weigh alike. -#}
{%- set days_before = 28 %}
{%- set least_days = 7 %}

with goals as (

    select * from {{ ref('int_goals__checked') }}

),

forecasts as (

    select * from {{ ref('int_goals__forecast') }}

),

figures as (

    select * from {{ ref('int_figures__daily') }}

),

followed as (

    select
        goals.goal_id,
        goals.metric,
        goals.explained_by,
        goals.scale,
        goals.numerator,
        goals.denominator,
        forecasts.actual,
        forecasts.expected,
        forecasts.measured_from,
        forecasts.measured_to,
        goals.period_start_date - {{ days_before }} as before_from,
        goals.period_start_date - 1 as before_to,
        forecasts.measured_from as half_from,
        forecasts.measured_from + (forecasts.measured_days // 2 - 1)::integer as half_to
    from goals
    inner join forecasts on goals.goal_id = forecasts.goal_id
    where goals.explained_by is not null and forecasts.actual is not null

),

counted as (

    select
        followed.goal_id,
        count(*) filter (
            where figures.report_date between followed.measured_from and followed.measured_to
        ) as measured_days,
        count(*) filter (
            where figures.report_date between followed.before_from and followed.before_to
        ) as before_days,
        count(*) filter (where figures.report_date between followed.half_from and followed.half_to) as half_days
    from followed
    inner join figures on followed.metric = figures.figure
    group by all

),

chosen as (

    -- Where nothing is known from before the goal, its own first half is what later days are held against.
    select
        followed.goal_id,
        followed.metric,
        followed.explained_by,
        followed.scale,
        followed.numerator,
        followed.denominator,
        followed.actual,
        followed.expected,
        followed.measured_from,
        followed.measured_to,
        counted.measured_days,
        case
            when counted.before_days >= {{ least_days }} then 'the {{ days_before }} days before the goal'
            when counted.half_days >= {{ least_days }} then 'the first half of its measured days'
        end as baseline,
        if(counted.before_days >= {{ least_days }}, followed.before_from, followed.half_from) as baseline_from,
        if(counted.before_days >= {{ least_days }}, followed.before_to, followed.half_to) as baseline_to,
        counted.measured_days / if(counted.before_days >= {{ least_days }}, counted.before_days, counted.half_days)
            as days_ratio
    from followed
    inner join counted on followed.goal_id = counted.goal_id
    where counted.before_days >= {{ least_days }} or counted.half_days >= {{ least_days }}

)

select * from chosen
