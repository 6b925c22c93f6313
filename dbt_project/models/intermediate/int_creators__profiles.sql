with handles as (

    select * from {{ ref('int_creators__handles') }}

),

contracts as (

    select * from {{ ref('stg_inputs__creator_contracts') }}

),

promo_codes as (

    select * from {{ ref('stg_inputs__promo_codes') }}
    where not is_shop_code

),

shown as (

    select * from {{ ref('stg_tiktok_creators__creators') }}
    where is_newest

),

types as (

    select * from {{ ref('creator_types') }}

),

creators as (

    select creator_key from handles
    union
    select creator_key from promo_codes

),

deals as (

    -- The contract that began last speaks for the creator.
    select
        creator_key,
        count(*) as contracts,
        min(contract_start_date) as first_contract_date,
        arg_max_null(contract_end_date, contract_start_date) as contract_end_date,
        arg_max_null(persona, contract_start_date) as persona,
        arg_max_null(relevance_score, contract_start_date) as relevance_score
    from contracts
    group by all

),

newest as (

    select
        handles.creator_key,
        shown.snapshot_date,
        shown.followers,
        shown.median_views,
        shown.engagement_rate,
        shown.audience_ages,
        shown.audience_genders,
        shown.content_labels,
        shown.industry_labels
    from shown
    inner join handles on shown.handle_sha256 = handles.creator_sha256
    qualify row_number() over (
        partition by handles.creator_key
        order by shown.snapshot_date desc, shown.followers desc nulls last, shown.tiktok_one_account_id asc
    ) = 1

),

known as (

    select
        creators.creator_key,
        deals.contracts,
        deals.first_contract_date,
        deals.contract_end_date,
        deals.persona,
        deals.relevance_score,
        newest.followers,
        newest.median_views,
        newest.engagement_rate as platform_engagement_rate,
        newest.audience_ages,
        newest.audience_genders,
        lower(
            coalesce(newest.content_labels::varchar, '') || ' ' || coalesce(newest.industry_labels::varchar, '')
        ) as labels
    from creators
    left join deals on creators.creator_key = deals.creator_key
    left join newest on creators.creator_key = newest.creator_key

),

typed as (

    select
        known.creator_key,
        arg_min(types.creator_type, types.rule_number) as creator_type
    from known
    cross join types
    where
        coalesce(types.creator_key = known.creator_key, true)
        and coalesce(regexp_matches(known.labels, types.label_pattern), true)
        and (types.min_followers is null or known.followers >= types.min_followers)
    group by all

),

profiles as (

    select
        known.*,
        coalesce(typed.creator_type, '(unknown)') as creator_type
    from known
    left join typed on known.creator_key = typed.creator_key

)

select * from profiles
