with plans as (

    select
        plan_id,
        unnest(personas) as persona
    from {{ ref('stg_inputs__campaign_plans') }}

),

members as (

    select * from {{ ref('int_plans__members') }}
    where kind = 'campaign'

),

segments as (

    select * from {{ ref('personas') }}

),

delivered as (

    select
        members.plan_id,
        split.age,
        split.gender,
        sum(split.impressions)::bigint as impressions,
        sum(split.conversions)::bigint as conversions
    from {{ ref('stg_tiktok_ads__campaign_age_gender_daily') }} as split
    inner join members
        on split.campaign_id = members.member
        and split.report_date between members.plan_start_date and members.plan_end_date
    group by all

),

wanted as (

    -- `(all)` is everybody whom one of the plan's personas stands for, each once.
    select distinct plans.plan_id, plans.persona, segments.age, segments.gender
    from plans
    left join segments on plans.persona = segments.persona
    union
    select distinct plans.plan_id, '(all)' as persona, segments.age, segments.gender
    from plans
    left join segments on plans.persona = segments.persona

),

personas_known as (

    select
        plan_id,
        persona,
        count(age) > 0 as is_known
    from wanted
    group by all

),

matched as (

    select
        personas_known.plan_id,
        personas_known.persona,
        personas_known.is_known,
        delivered.impressions,
        delivered.conversions,
        count(wanted.age) > 0 as is_persona
    from personas_known
    left join delivered on personas_known.plan_id = delivered.plan_id
    left join wanted
        on personas_known.plan_id = wanted.plan_id
        and personas_known.persona = wanted.persona
        and delivered.age = wanted.age
        and delivered.gender = coalesce(wanted.gender, delivered.gender)
    group by
        personas_known.plan_id, personas_known.persona, personas_known.is_known,
        delivered.age, delivered.gender, delivered.impressions, delivered.conversions

),

shares as (

    -- People of unknown age or gender stay in the whole.
    select
        plan_id,
        persona,
        is_known,
        sum(impressions)::bigint as impressions,
        sum(conversions)::bigint as conversions,
        coalesce(sum(impressions) filter (where is_persona), 0)::bigint as persona_impressions,
        coalesce(sum(conversions) filter (where is_persona), 0)::bigint as persona_conversions
    from matched
    group by all

)

select * from shares
