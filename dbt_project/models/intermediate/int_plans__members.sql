with plans as (

    select * from {{ ref('stg_inputs__campaign_plans') }}

),

campaigns as (

    -- Every name a campaign ever had: renaming must not take it out of its plan.
    select distinct campaign_id, campaign_name from {{ ref('stg_tiktok_ads__campaign_history') }}
    union
    select campaign_id, campaign_name from {{ ref('stg_tiktok_ads__campaigns') }}

),

members as (

    select plan_id, 'campaign' as kind, unnest(campaign_ids) as member from plans
    union
    select
        plans.plan_id,
        'campaign' as kind,
        campaigns.campaign_id as member
    from plans
    inner join campaigns on regexp_matches(campaigns.campaign_name, plans.campaign_pattern, 'i')
    union
    select plan_id, 'creator' as kind, unnest(creator_keys) as member from plans

),

with_days as (

    select
        members.plan_id,
        members.kind,
        members.member,
        plans.plan_start_date,
        plans.plan_end_date
    from members
    inner join plans on members.plan_id = plans.plan_id

)

select * from with_days
