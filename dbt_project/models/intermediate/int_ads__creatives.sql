with ad_facts as (

    select * from {{ ref('int_ads__ad_facts') }}

),

named as (

    select * from {{ ref('int_ads__named') }}
    where entity = 'ad'

),

spent as (

    select * from {{ ref('int_ads__spend') }}

),

listed as (

    select
        ad_facts.creative_id,
        ad_facts.ad_id,
        ad_facts.ad_format,
        ad_facts.created_at,
        named.entity_name as ad_name,
        nullif(named.narration, '(unnamed)') as narration,
        nullif(named.theme, '(unnamed)') as theme
    from ad_facts
    left join named on ad_facts.ad_id = named.entity_id

),

unlisted as (

    select distinct ad_id from spent
    where ad_id not in (select listed.ad_id from listed)

),

ads as (

    select * from listed
    union all by name
    select
        '(unknown)' as creative_id,
        ad_id
    from unlisted

),

creatives as (

    -- Two ads may name the same video differently: then nobody can say which is right.
    select
        creative_id,
        count(*)::bigint as ads_listed,
        min(created_at) as first_created_at,
        arg_min(ad_name, (created_at, ad_id)) filter (where creative_id != '(unknown)') as creative_name,
        case count(distinct narration) when 0 then '(unnamed)' when 1 then min(narration) else 'mixed' end as narration,
        case count(distinct theme) when 0 then '(unnamed)' when 1 then min(theme) else 'mixed' end as theme,
        case count(distinct ad_format) when 0 then '(unknown)' when 1 then min(ad_format) else 'mixed' end as ad_format
    from ads
    group by all

)

select * from creatives
