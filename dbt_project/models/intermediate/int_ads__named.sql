with campaigns as (

    select * from {{ ref('stg_tiktok_ads__campaigns') }}

),

gmv_max_campaigns as (

    select * from {{ ref('stg_tiktok_ads__gmv_max_campaigns') }}

),

adgroups as (

    select * from {{ ref('stg_tiktok_ads__adgroups') }}

),

ads as (

    select * from {{ ref('stg_tiktok_ads__ads') }}

),

rules as (

    select * from {{ ref('naming_rules') }}

),

listed as (

    select
        'campaign' as entity,
        campaign_id as entity_id,
        campaign_id,
        null as adgroup_id,
        campaign_name as entity_name
    from campaigns
    union all
    -- Shop campaigns have their own listing; one that stands in both is named by the general one.
    select
        'campaign' as entity,
        campaign_id as entity_id,
        campaign_id,
        null as adgroup_id,
        campaign_name as entity_name
    from gmv_max_campaigns
    where campaign_id not in (select campaigns.campaign_id from campaigns)
    union all
    select
        'adgroup' as entity,
        adgroup_id as entity_id,
        campaign_id,
        adgroup_id,
        adgroup_name as entity_name
    from adgroups
    union all
    select
        'ad' as entity,
        ad_id as entity_id,
        campaign_id,
        adgroup_id,
        ad_name as entity_name
    from ads

),

names as (

    -- An id may be listed by two accounts; one name is enough.
    select * from listed
    qualify row_number() over (partition by entity, entity_id order by entity_name) = 1

),

found as (

    {{ first_rules() }}

),

own as (

    select
        names.entity,
        names.entity_id,
        names.campaign_id,
        names.adgroup_id,
        names.entity_name,
        max(found.value) filter (where found.field = 'narration') as narration,
        max(found.value) filter (where found.field = 'sequence_stage') as sequence_stage,
        max(found.value) filter (where found.field = 'objective') as objective,
        max(found.value) filter (where found.field = 'theme') as theme
    from names
    left join found on names.entity = found.entity and names.entity_id = found.entity_id
    group by all

),

inherited as (

    -- What an ad's name leaves open, its ad group's says, then its campaign's.
    select
        own.entity,
        own.entity_id,
        own.entity_name,
        coalesce(own.narration, above.narration, campaign.narration, '(unnamed)') as narration,
        coalesce(own.sequence_stage, above.sequence_stage, campaign.sequence_stage, '(unnamed)') as sequence_stage,
        coalesce(own.objective, above.objective, campaign.objective, '(unnamed)') as objective,
        coalesce(own.theme, above.theme, campaign.theme, '(unnamed)') as theme
    from own
    left join own as above on own.adgroup_id = above.entity_id and above.entity = 'adgroup'
    left join own as campaign on own.campaign_id = campaign.entity_id and campaign.entity = 'campaign'

)

select * from inherited
