with expected as (

    select * from {{ ref('int_plans__expected') }}

),

measures as (

    select * from {{ ref('int_plans__measures') }}

),

meanings as (

    select * from {{ ref('plan_measures') }}

),

persona_shares as (

    select * from {{ ref('int_plans__persona_shares') }}

),

standing as (

    select max(horizon) as as_of_date from {{ source('ledger', 'stream_status') }}

),

compared as (

    select
        expected.*,
        measures.scope,
        measures.member,
        measures.measure,
        measures.actual,
        case
            when measures.scope = 'plan' then expected.planned[measures.measure]
            when measures.member = '(all)' and measures.measure = 'persona_conversion_share'
                then expected.expected_persona_share::double
        end as planned_value
    from measures
    inner join expected on measures.plan_id = expected.plan_id
    union all
    -- The goal is one of the plan's measures, held against its own target.
    select
        expected.*,
        'goal' as scope,
        '(plan)' as member,
        measures.measure,
        measures.actual,
        expected.goal_target::double as planned_value
    from measures
    inner join expected
        on measures.plan_id = expected.plan_id and measures.measure = expected.goal_metric
    where measures.scope = 'plan'

),

judged as (

    select
        compared.*,
        meanings.unit,
        meanings.is_lower_better,
        standing.as_of_date,
        case
            when compared.plan_start_date > standing.as_of_date then 'planned'
            when compared.plan_end_date > standing.as_of_date then 'running'
            else 'finished'
        end as status,
        persona_shares.is_known,
        persona_shares.impressions as persona_base
    from compared
    cross join standing
    left join meanings on compared.measure = meanings.measure
    left join persona_shares
        on compared.plan_id = persona_shares.plan_id
        and compared.scope = 'persona' and compared.member = persona_shares.persona

),

kpis as (

    select
        plan_id, plan_name, plan_start_date, plan_end_date, as_of_date, status,
        scope, member, measure,
        if(unit = 'currency', '{{ var("reporting_currency") }}', unit) as unit,
        is_lower_better,
        planned_value as planned,
        actual,
        actual - planned_value as difference,
        {{ ratio('actual - planned_value', 'planned_value') }} as difference_rate,
        if(
            status = 'finished',
            if(is_lower_better, actual <= planned_value, actual >= planned_value), null
        ) as reached,
        case
            when not is_known then 'persona is not in seeds/personas.csv'
            when scope = 'persona' and coalesce(persona_base, 0) = 0 then 'no ads with age and gender in the plan'
            when actual is null then 'nothing to divide by'
            when planned_value is null then 'nothing planned'
            when status != 'finished' then 'not over yet'
        end as reason
    from judged

)

select * from kpis
