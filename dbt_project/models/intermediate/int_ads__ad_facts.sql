with ads as (

    select * from {{ ref('stg_tiktok_ads__ads') }}

),

adgroups as (

    select * from {{ ref('stg_tiktok_ads__adgroups') }}

),

campaigns as (

    select * from {{ ref('stg_tiktok_ads__campaigns') }}

),

rules as (

    select * from {{ ref('ad_formats') }}

),

known as (

    select
        ads.ad_id,
        ads.adgroup_id,
        ads.campaign_id,
        ads.identity_type,
        ads.tiktok_item_id,
        ads.video_id,
        ads.created_at,
        campaigns.objective,
        campaigns.campaign_name,
        adgroups.promotion_type,
        adgroups.shopping_ads_type,
        coalesce(adgroups.placements, '(unknown)') as placements
    from ads
    left join adgroups on ads.adgroup_id = adgroups.adgroup_id
    left join campaigns on ads.campaign_id = campaigns.campaign_id

),

facts as (

    select
        ad_id,
        unnest(['name', 'shopping_ads_type', 'promotion_type', 'objective', 'identity_type', 'listed']) as fact,
        unnest([
            {{ name_words('campaign_name') }}, shopping_ads_type, promotion_type, objective, identity_type, 'yes'
        ]) as told
    from known

),

formats as (

    select
        facts.ad_id,
        arg_min(rules.ad_format, rules.priority) as ad_format
    from facts
    inner join rules on facts.fact = rules.fact and regexp_matches(facts.told, rules.pattern)
    group by all

),

described as (

    -- The creative is what people saw: the post, else the uploaded video.
    select
        known.ad_id,
        known.adgroup_id,
        known.campaign_id,
        known.objective,
        formats.ad_format,
        known.placements,
        coalesce(known.tiktok_item_id, known.video_id, '(unknown)') as creative_id,
        known.created_at
    from known
    inner join formats on known.ad_id = formats.ad_id

)

select * from described
