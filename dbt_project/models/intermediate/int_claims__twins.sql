{{ config(materialized='days', meta={'day_column': 'report_date', 'subjects': ['claims'], 'days_per_batch': 62}) }}
-- depends_on: {{ ref('int_changes__days') }}

with ad_days as (

    select * from {{ ref('int_claims__ad_days') }}
    where {{ in_batch('report_date') }}

),

allocated as (

    select * from {{ ref('int_claims__allocated') }}
    where is_claimed and {{ in_batch('click_date') }}

),

sightings as (

    select order_id, witnesses, repeats from {{ ref('int_claims__sightings') }}
    where {{ in_batch('order_date', before=1, after=9) }}

),

clicked as (

    select order_id from {{ ref('int_claims__units') }}
    where priority < 5 and {{ in_batch('order_date', before=1, after=9) }}

),

accounts as (

    select * from {{ ref('stg_tiktok_ads__advertisers') }}

),

named_by_ad as (

    select click_date, ad_id, count(*) as units, sum(gross_revenue) as known_value
    from allocated
    group by all

),

rests as (

    -- An account whose rest went to clicks without an ad has none left that is surely its ads' own.
    select
        ad_days.*,
        ad_days.click_purchases - coalesce(named_by_ad.units, 0) as open_clicks,
        ad_days.purchase_value - ad_days.view_value - coalesce(named_by_ad.known_value, 0) as open_value,
        row(ad_days.report_date, ad_days.advertiser_id) in (
            select row(allocated.click_date, allocated.advertiser_id) from allocated
            where allocated.ad_id is null
        ) as is_shared
    from ad_days
    left join named_by_ad on ad_days.report_date = named_by_ad.click_date and ad_days.ad_id = named_by_ad.ad_id

),

pairs as (

    -- Two claims of one kind and nothing else behind an amount: both are worth half of it if they are one order.
    select report_date, advertiser_id, ad_id, 'view only' as kind, view_value / 2 as half, 1 as days_open
    from rests
    where view_purchases = 2
    union all
    select report_date, advertiser_id, ad_id, 'engaged view' as kind, open_value / 2 as half, 1 as days_open
    from rests
    where engaged_view_purchases = 2 and open_clicks = 0
    union all
    select report_date, advertiser_id, ad_id, 'click' as kind, open_value / 2 as half, 7 as days_open
    from rests
    where engaged_view_purchases = 0 and open_clicks = 2 and not is_shared

),

orders as (

    -- Purchases that no seen click has brought: an order with one is claimed by it, or not at all.
    select orders.order_id, orders.ordered_at, orders.gross_revenue, sightings.witnesses, sightings.repeats
    from {{ ref('int_orders__counted') }} as orders
    inner join sightings on orders.order_id = sightings.order_id
    where
        {{ in_batch('orders.order_date', before=1, after=9) }}
        and orders.source_name = 'web'
        and orders.order_id not in (select clicked.order_id from clicked)
        and (sightings.repeats > 0 or sightings.witnesses = 0)

),

candidates as (

    select
        pairs.*,
        orders.order_id,
        orders.gross_revenue,
        orders.repeats,
        timezone(accounts.account_timezone, orders.ordered_at)::date as event_date,
        count(*) filter (where orders.repeats = 0) over (partition by pairs.report_date, pairs.ad_id, pairs.kind)
            as unseen_orders
    from pairs
    inner join accounts on pairs.advertiser_id = accounts.advertiser_id
    inner join orders
        on pairs.half = orders.gross_revenue
        and timezone(accounts.account_timezone, orders.ordered_at)::date
        between pairs.report_date and pairs.report_date + pairs.days_open

),

twins as (

    -- A repeat that was seen, or the only order of that amount whose buyer nobody saw. Each order and pair once.
    select report_date, advertiser_id, ad_id, kind, order_id, event_date, gross_revenue
    from candidates
    where repeats > 0 or unseen_orders = 1
    qualify
        row_number() over (
            partition by report_date, ad_id, kind order by repeats desc, event_date asc, order_id asc
        ) = 1
        and row_number() over (partition by order_id order by report_date asc, ad_id asc, kind asc) = 1

)

select * from twins
