with baselines as (

    select * from {{ ref('int_goals__baselines') }}

),

channel_effects as (

    select * from {{ ref('int_goals__channel_effects') }}

),

figures as (

    select * from {{ ref('int_figures__daily') }}

),

halves as (

    select
        baselines.goal_id,
        baselines.scale,
        baselines.numerator,
        baselines.denominator,
        sum(figures.numerator) filter (
            where figures.report_date between baselines.measured_from and baselines.measured_to
        )::double as above,
        sum(figures.denominator) filter (
            where figures.report_date between baselines.measured_from and baselines.measured_to
        )::double as below,
        sum(figures.numerator) filter (
            where figures.report_date between baselines.baseline_from and baselines.baseline_to
        )::double * any_value(baselines.days_ratio) as above_base,
        sum(figures.denominator) filter (
            where figures.report_date between baselines.baseline_from and baselines.baseline_to
        )::double * any_value(baselines.days_ratio) as below_base
    from baselines
    inner join figures on baselines.metric = figures.figure
    where baselines.explained_by = 'ratio'
    group by all

),

in_ratio as (

    select
        goal_id, numerator as funnel_step, '(all)' as channel,
        scale * {{ ratio('above - above_base', 'below') }} as contribution
    from halves
    union all
    select
        goal_id, denominator as funnel_step, '(all)' as channel,
        scale * ({{ ratio('above_base', 'below') }} - {{ ratio('above_base', 'below_base') }}) as contribution
    from halves

),

explained as (

    select goal_id, funnel_step, channel, contribution from channel_effects
    union all
    select goal_id, funnel_step, channel, contribution from in_ratio
    where contribution != 0

),

with_rest as (

    -- `ambition` is what is left: the distance between what was asked and what the baseline's pace brings.
    select goal_id, funnel_step, channel, contribution from explained
    union all
    select
        baselines.goal_id,
        'ambition' as funnel_step,
        '(all)' as channel,
        any_value(baselines.actual - baselines.expected) - coalesce(sum(explained.contribution), 0)
            as contribution
    from baselines
    left join explained on baselines.goal_id = explained.goal_id
    group by all

),

rounded as (

    select
        goal_id,
        funnel_step,
        channel,
        round(contribution, 6) as contribution
    from with_rest
    where abs(contribution) >= 0.000001

)

select * from rounded
