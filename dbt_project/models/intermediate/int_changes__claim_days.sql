{%- set oldest = var('claim_oldest_click_days') | int %}
{%- set spill = var('session_spill_days') | int -%}

with pending as (

    select * from {{ source('ledger', 'pending_windows') }}

),

changed_order_days as (

    select * from {{ ref('int_changes__order_days') }}

),

web_days as (

    select * from {{ ref('int_changes__web_days') }}

),

seen_order_days as (

    -- Who saw an order, and its last TikTok click, are told by GA4 from 4 days after the order back to the
    -- longest click window, by Matomo likewise, and by the shop with the order itself.
    select distinct window_start + unnest(range(-4, {{ oldest + spill + 2 }}))::integer as changed_date
    from pending
    where stream = 'ga4_export__events'
    union
    select distinct changed_date + unnest(range(-4, {{ oldest + 2 }}))::integer as changed_date
    from web_days
    where subject = 'matomo_visits'
    union
    select changed_date from changed_order_days
    where clock = 'order'

),

click_days as (

    -- A click's day holds claims for orders up to the longest click window later. A new rate serves its own
    -- day and, over holidays, up to five more.
    select window_start as changed_date from pending
    where stream = 'tiktok_ads__ad_daily'
    union
    select distinct window_start + unnest(range(0, 6))::integer as changed_date
    from pending
    where stream = 'ecb__exchange_rates'
    union
    select distinct changed_date - unnest(range(-1, {{ oldest + 2 }}))::integer as changed_date
    from seen_order_days

),

order_days as (

    select distinct changed_date + unnest(range(-1, {{ oldest + 2 }}))::integer as changed_date
    from click_days

),

by_subject as (

    select 'claim_orders' as subject, changed_date from seen_order_days
    union
    select 'claims' as subject, changed_date from click_days
    union
    select 'claimed_orders' as subject, changed_date from order_days

)

select * from by_subject
