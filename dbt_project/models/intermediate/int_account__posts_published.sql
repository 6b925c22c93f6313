with days as (

    select * from {{ ref('int_account__followers') }}

),

own_posts as (

    select * from {{ ref('int_content__posts') }}

),

posts_by_others as (

    select * from {{ ref('int_content__posts_by_others') }}

),

loaded_windows as (

    select * from {{ source('ledger', 'loaded_windows') }}

),

-- A list may be empty, and then has no rows: what was read stands in the ledger.
listed_accounts as (

    select distinct account_id as business_id
    from loaded_windows
    where stream = 'tiktok_organic__videos'

),

listened_days as (

    -- A list of mentions holds the 30 days before its pull, the first of them in part.
    select distinct
        account_id as business_id,
        window_start - unnest(range(29))::integer as report_date
    from loaded_windows
    where stream = 'tiktok_organic__mentions'

),

own_by_day as (

    select
        business_id,
        (published_at at time zone 'UTC')::date as report_date,
        count(*) as own_posts,
        sum(engagements) as own_post_engagements
    from own_posts
    group by all

),

others_by_day as (

    select
        business_id,
        published_date as report_date,
        count(*) filter (where is_mention) as mentions,
        count(*) as posts_by_others,
        sum(engagements) as posts_by_others_engagements
    from posts_by_others
    group by all

),

published as (

    select
        days.business_id,
        days.report_date,
        listed_accounts.business_id is not null as is_own_known,
        listened_days.business_id is not null as is_others_known,
        if(is_own_known, coalesce(own.own_posts, 0), null)::bigint as own_posts,
        if(is_own_known, coalesce(own.own_post_engagements, 0), null)::bigint as own_post_engagements,
        if(is_others_known, coalesce(by_others.mentions, 0), null)::bigint as mentions,
        if(is_others_known, coalesce(by_others.posts_by_others, 0), null)::bigint as posts_by_others,
        if(is_others_known, coalesce(by_others.posts_by_others_engagements, 0), null)::bigint
            as posts_by_others_engagements
    from days
    left join listed_accounts on days.business_id = listed_accounts.business_id
    left join listened_days
        on days.business_id = listened_days.business_id and days.report_date = listened_days.report_date
    left join own_by_day as own
        on days.business_id = own.business_id and days.report_date = own.report_date
    left join others_by_day as by_others
        on days.business_id = by_others.business_id and days.report_date = by_others.report_date

)

select * from published
