with goals as (

    select * from {{ ref('int_goals__checked') }}

),

forecasts as (

    select * from {{ ref('int_goals__forecast') }}

),

gaps as (

    select * from {{ ref('int_goals__gaps') }}

),

baselines as (

    select * from {{ ref('int_goals__baselines') }}

),

personas as (

    select * from {{ ref('int_goals__personas') }}

),

horizon as (

    select max(horizon) as as_of_date from {{ source('ledger', 'stream_status') }}

),

joined as (

    select
        goals.*,
        forecasts.measured_days, forecasts.missing_days, forecasts.measured_to,
        forecasts.actual, forecasts.expected, forecasts.expected_basis,
        forecasts.numerator as actual_numerator, forecasts.denominator as actual_denominator,
        forecasts.forecast, forecasts.forecast_lower, forecasts.forecast_upper, forecasts.probability, forecasts.note,
        personas.persona_spend, personas.audience_spend,
        personas.persona_impressions, personas.audience_impressions,
        personas.persona_conversions, personas.audience_conversions, personas.persona_reason,
        baselines.baseline,
        horizon.as_of_date,
        round(forecasts.actual - forecasts.expected, 6) as gap,
        case
            when goals.refusal is not null then 'refused'
            when forecasts.history_days = 0 then 'unmeasured'
            when horizon.as_of_date < goals.period_start_date then 'not started'
            when horizon.as_of_date < goals.period_end_date then 'running'
            else 'ended'
        end as status
    from goals
    cross join horizon
    left join forecasts on goals.goal_id = forecasts.goal_id
    left join baselines on goals.goal_id = baselines.goal_id
    left join personas on goals.goal_id = personas.goal_id

),

leading_parts as (

    -- The largest step or channel that pulls the way the gap goes; names decide between equals.
    select
        gaps.goal_id,
        gaps.funnel_step,
        gaps.channel,
        gaps.contribution
    from gaps
    inner join joined on gaps.goal_id = joined.goal_id
    where gaps.contribution * joined.gap > 0 and gaps.funnel_step != 'ambition'
    qualify row_number() over (
        partition by gaps.goal_id
        order by abs(gaps.contribution) desc, gaps.funnel_step asc, gaps.channel asc
    ) = 1

),

ambitions as (

    select * from gaps
    where funnel_step = 'ambition'

),

kpis as (

    select
        joined.goal_id, joined.metric, joined.unit, joined.owner, joined.persona,
        joined.period_start_date, joined.period_end_date, joined.as_of_date, joined.status,
        case
            when joined.refusal is not null then joined.refusal
            when joined.status = 'unmeasured'
                then 'No day of ' || joined.metric || ' is known: its source is not connected.'
            else joined.note
        end as reason,
        joined.direction, joined.target,
        joined.measured_days, joined.missing_days, joined.measured_to as measured_to_date,
        joined.actual, joined.actual_numerator, joined.actual_denominator,
        joined.expected as expected_so_far, joined.expected_basis, joined.gap,
        {{ ratio('joined.actual', 'joined.expected') }} as pace,
        if(joined.direction = 'lower', joined.gap <= 0, joined.gap >= 0) as is_on_pace,
        round(joined.forecast, 6) as forecast,
        round(joined.forecast_lower, 6) as forecast_lower,
        round(joined.forecast_upper, 6) as forecast_upper,
        joined.probability as probability_to_hit,
        case
            when joined.status = 'ended' and joined.missing_days = 0
                then if(joined.direction = 'lower', joined.actual <= joined.target, joined.actual >= joined.target)
        end as is_reached,
        joined.baseline as gap_baseline,
        if(joined.baseline is not null, coalesce(ambitions.contribution, 0), null) as gap_ambition,
        leading_parts.funnel_step as gap_step,
        nullif(leading_parts.channel, '(all)') as gap_channel,
        leading_parts.contribution as gap_contribution,
        {{ ratio('leading_parts.contribution', 'joined.gap') }} as gap_explained,
        case
            when joined.status in ('refused', 'unmeasured', 'not started') then 'Nothing is measured yet.'
            when joined.explained_by is null then 'Nothing splits ' || joined.metric || ' into steps or channels.'
            when joined.baseline is null then 'Fewer than 7 known days to compare with.'
        end as gap_reason,
        joined.persona_spend, joined.audience_spend,
        joined.persona_impressions, joined.audience_impressions,
        joined.persona_conversions, joined.audience_conversions,
        {{ ratio('joined.persona_spend', 'joined.audience_spend') }} as persona_spend_share,
        {{ ratio('joined.persona_conversions', 'joined.audience_conversions') }} as persona_conversion_share,
        if(joined.persona is null, 'The goal names no persona.', joined.persona_reason) as persona_reason
    from joined
    left join leading_parts on joined.goal_id = leading_parts.goal_id
    left join ambitions on joined.goal_id = ambitions.goal_id

)

select * from kpis
