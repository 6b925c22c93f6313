with ad_facts as (

    select * from {{ ref('int_ads__ad_facts') }}

),

campaigns as (

    select * from {{ ref('stg_tiktok_ads__campaigns') }}

),

adgroups as (

    select * from {{ ref('stg_tiktok_ads__adgroups') }}

),

budgets as (

    select * from {{ ref('int_ads__budgets') }}

),

entities as (

    select
        'campaign' as entity,
        campaign_id as entity_id,
        campaign_id
    from campaigns
    union all
    select
        'adgroup' as entity,
        adgroup_id as entity_id,
        campaign_id
    from adgroups

),

formats as (

    select
        unnest(['campaign', 'adgroup']) as entity,
        unnest([campaign_id, adgroup_id]) as entity_id,
        ad_format
    from ad_facts

),

format_of as (

    select
        entity,
        entity_id,
        case when count(distinct ad_format) = 1 then min(ad_format) else 'mixed' end as ad_format
    from formats
    group by all

),

set_up as (

    select
        unnest(['campaign', 'adgroup']) as entity,
        unnest([campaign_id, adgroup_id]) as entity_id,
        placements,
        scheduled_from,
        scheduled_to
    from adgroups

),

set_up_of as (

    -- One ad group without an end leaves the whole campaign without one.
    select
        entity,
        entity_id,
        string_agg(distinct placements, ', ' order by placements) as placements,
        min(scheduled_from) as scheduled_from,
        case when count(scheduled_to) = count(*) then max(scheduled_to) end as scheduled_to
    from set_up
    group by all

),

known_budgets as (

    select
        entity,
        entity_id,
        min(valid_from) as budget_known_from
    from budgets
    group by all

),

described as (

    select
        entities.entity,
        entities.entity_id,
        case when entities.entity = 'campaign' then entities.entity_id end as campaign_id,
        case when entities.entity = 'adgroup' then entities.entity_id end as adgroup_id,
        entities.campaign_id as parent_campaign_id,
        campaigns.objective,
        coalesce(format_of.ad_format, '(unknown)') as ad_format,
        coalesce(set_up_of.placements, '(unknown)') as placements,
        set_up_of.scheduled_from,
        set_up_of.scheduled_to,
        known_budgets.budget_known_from
    from entities
    left join campaigns on entities.campaign_id = campaigns.campaign_id
    left join format_of on entities.entity = format_of.entity and entities.entity_id = format_of.entity_id
    left join set_up_of on entities.entity = set_up_of.entity and entities.entity_id = set_up_of.entity_id
    left join known_budgets on entities.entity = known_budgets.entity and entities.entity_id = known_budgets.entity_id

)

select * from described
