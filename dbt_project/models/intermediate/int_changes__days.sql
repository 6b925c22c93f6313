with pending as (

    select * from {{ source('ledger', 'pending_windows') }}

),

streams as (

    select * from {{ source('ledger', 'streams') }}

),

changed_order_days as (

    select * from {{ ref('int_changes__order_days') }}

),

days_of_others as (

    select * from {{ ref('int_changes__web_days') }}
    union all
    select * from {{ ref('int_changes__claim_days') }}

),

foreign_accounts as (

    select * from {{ ref('stg_tiktok_ads__advertisers') }}
    where account_currency != '{{ var("reporting_currency") }}'

),

landed_days as (

    select distinct
        stream as subject,
        window_start as changed_date
    from pending
    union
    -- A new rate serves its own day and, over holidays, up to five more.
    select
        streams.stream as subject,
        pending.window_start + unnest(range(0, 6))::integer as changed_date
    from pending
    cross join streams
    where
        pending.stream = 'ecb__exchange_rates'
        and streams.stream like 'tiktok_ads__%_daily'
        and exists (select 1 from foreign_accounts)

),

buyer_days as (

    -- A purchase is looked for from 1 day before its order to 3 days after it, one day more for the zones.
    select changed_date + unnest(range(-4, 3))::integer as changed_date
    from landed_days
    where subject = 'ga4_export__events'
    union
    -- A visit lands with the day of its last action, a day or two after the purchase in it.
    select changed_date + unnest(range(-7, 4))::integer as changed_date
    from landed_days
    where subject = 'matomo__visits'
    union
    select changed_date from changed_order_days
    where clock = 'order'

),

creator_post_days as (

    -- A snapshot of creators' posts tells of the 60 days up to its own.
    select changed_date - unnest(range(0, 61))::integer as changed_date
    from landed_days
    where subject = 'tiktok_creators__posts'

),

by_subject as (

    select subject, changed_date from landed_days
    union
    select 'creator_posts' as subject, changed_date from creator_post_days
    union
    select subject, changed_date from days_of_others
    union
    select clock || 's' as subject, changed_date from changed_order_days
    union
    select 'buyers' as subject, changed_date from buyer_days

)

select * from by_subject
