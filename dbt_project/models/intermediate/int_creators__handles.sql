with contracts as (

    select * from {{ ref('stg_inputs__creator_contracts') }}

),

shown as (

    select * from {{ ref('stg_tiktok_creators__handles') }}

),

keys as (

    select distinct creator_sha256, creator_key from contracts

),

sellers as (

    select distinct creator_handle_sha256 as creator_sha256 from {{ ref('stg_tiktok_shop__affiliate_orders') }}
    union
    select distinct creator_handle_sha256 as creator_sha256 from {{ ref('stg_tiktok_shop__live_sessions') }}
    where author_type = 'AFFILIATE_ACCOUNTS'

),

listed as (

    select creator_sha256 from keys
    union
    select creator_sha256 from shown
    union
    select creator_sha256 from sellers
    where creator_sha256 is not null

),

ids as (

    select
        shown.creator_id,
        min(keys.creator_key) as creator_key,
        min(shown.creator_sha256) as first_sha256
    from shown
    left join keys on shown.creator_sha256 = keys.creator_sha256
    group by all

),

named as (

    -- Twelve characters: with eight, two of ten thousand affiliates would likely share a name.
    select
        listed.creator_sha256,
        coalesce(
            min(keys.creator_key),
            min(ids.creator_key),
            if(bool_or(sellers.creator_sha256 is not null), '(affiliate ', '(creator ')
            || left(coalesce(min(ids.first_sha256), any_value(listed.creator_sha256)), 12) || ')'
        ) as creator_key
    from listed
    left join keys on listed.creator_sha256 = keys.creator_sha256
    left join shown on listed.creator_sha256 = shown.creator_sha256
    left join ids on shown.creator_id = ids.creator_id
    left join sellers on listed.creator_sha256 = sellers.creator_sha256
    group by all

)

select * from named
