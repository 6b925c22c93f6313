with campaigns as (

    select * from {{ ref('stg_tiktok_ads__campaigns') }}

),

advertisers as (

    select * from {{ ref('stg_tiktok_ads__advertisers') }}

),

reported as (

    select * from {{ ref('stg_tiktok_ads__campaign_daily') }}

),

ids as (

    -- A campaign that delivered but is no longer listed keeps a row, so that its spend finds one.
    select campaign_id, advertiser_id from campaigns
    union
    select campaign_id, min(advertiser_id) as advertiser_id
    from reported
    where campaign_id not in (select campaigns.campaign_id from campaigns)
    group by all

),

described as (

    select
        ids.campaign_id,
        coalesce(campaigns.campaign_name, '(not listed)') as campaign_name,
        ids.advertiser_id,
        advertisers.advertiser_name,
        advertisers.account_currency,
        advertisers.account_timezone,
        campaigns.objective,
        campaigns.automation_type,
        campaigns.budget_mode,
        campaigns.budget_account_currency,
        campaigns.operation_status,
        campaigns.secondary_status,
        campaigns.created_at,
        campaigns.last_seen_date,
        coalesce(campaigns.is_deleted, true) as is_deleted
    from ids
    left join campaigns on ids.campaign_id = campaigns.campaign_id
    left join advertisers on ids.advertiser_id = advertisers.advertiser_id

)

select * from described
