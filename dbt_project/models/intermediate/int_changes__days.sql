{#- Refunds of orders that did not change themselves: their days are known from the last build. -#}
{%- set spill = var('session_spill_days') | int %}
{%- set known = kept_table('int_orders__refunds') -%}

with pending as (

    select * from {{ source('ledger', 'pending_windows') }}

),

streams as (

    select * from {{ source('ledger', 'streams') }}

),

orders as (

    select * from {{ ref('stg_shopify__orders') }}

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

order_days as (

    select distinct {{ reporting_date('ordered_at') }} as order_date from orders

),

journey_days as (

    -- An order's purchase event is looked for from 1 day before to 3 days after it, its sessions in
    -- the look-back; one day more, because the property's zone need not be the reporting zone.
    select order_days.order_date as changed_date
    from order_days
    inner join landed_days
        on order_days.order_date between landed_days.changed_date - 4
        and landed_days.changed_date + {{ var('attribution_lookback_days') }} + {{ spill }} + 1
    where landed_days.subject = 'ga4_export__events'
    union
    select changed_date from changed_order_days
    where clock = 'order'

),

credit_days as (

    select changed_date from journey_days
    union
    select changed_date from changed_order_days
    where clock = 'refund'
    {%- if known %}
    union
    select refund_date as changed_date
    from {{ known }}
    where order_date in (select journey_days.changed_date from journey_days)
    {%- endif %}

),

channel_days as (

    select changed_date from credit_days
    union
    select changed_date from landed_days
    where subject = 'tiktok_ads__ad_daily'

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
    select 'journeys' as subject, changed_date from journey_days
    union
    select 'credits' as subject, changed_date from credit_days
    union
    select 'channels' as subject, changed_date from channel_days

)

select * from by_subject
