with ads as (

    select * from {{ ref('stg_tiktok_ads__ads') }}

),

adgroups as (

    select * from {{ ref('stg_tiktok_ads__adgroups') }}

),

campaigns as (

    select * from {{ ref('stg_tiktok_ads__campaigns') }}

),

reported as (

    select * from {{ ref('int_ads__spend') }}

),

ids as (

    -- An ad that delivered but is no longer listed keeps a row, so that its spend finds one.
    select ad_id, adgroup_id, campaign_id, advertiser_id from ads
    union
    select ad_id, null as adgroup_id, null as campaign_id, min(advertiser_id) as advertiser_id
    from reported
    where ad_id not in (select ads.ad_id from ads)
    group by all

),

described as (

    select
        ids.ad_id,
        coalesce(ads.ad_name, '(not listed)') as ad_name,
        ids.adgroup_id,
        adgroups.adgroup_name,
        ids.campaign_id,
        campaigns.campaign_name,
        ids.advertiser_id,
        ads.ad_format,
        ads.ad_text,
        ads.call_to_action,
        ads.landing_page_url,
        ads.video_id,
        ads.tiktok_item_id,
        ads.identity_type,
        adgroups.optimization_goal,
        adgroups.click_attribution_window,
        adgroups.view_attribution_window,
        ads.operation_status,
        ads.secondary_status,
        ads.created_at,
        ads.last_seen_date,
        coalesce(ads.is_deleted, true) as is_deleted
    from ids
    left join ads on ids.ad_id = ads.ad_id
    left join adgroups on ids.adgroup_id = adgroups.adgroup_id
    left join campaigns on ids.campaign_id = campaigns.campaign_id

)

select * from described
