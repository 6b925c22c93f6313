-- TikTok never changes the currency of an ad account: another one is a fault of the source, and every amount
-- of the account, past days included, would be converted at the wrong rate.
with listed as (

    select * from {{ ref('stg_tiktok_ads__advertisers') }}

),

snapshots as (

    select * from {{ source('landing', 'tiktok_ads__advertisers') }}

),

changed as (

    select
        listed.advertiser_id,
        listed.account_currency,
        snapshots.currency as earlier_currency,
        max(snapshots._window_start) as last_seen_date
    from listed
    inner join snapshots on listed.advertiser_id = snapshots.advertiser_id
    where snapshots.currency != listed.account_currency
    group by all

)

select * from changed
