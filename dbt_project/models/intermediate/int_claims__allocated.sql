{{ config(materialized='days', meta={'day_column': 'click_date', 'subjects': ['claims'], 'days_per_batch': 62}) }}
-- depends_on: {{ ref('int_changes__days') }}
{%- set oldest = var('claim_oldest_click_days') | int %}

with units as (

    select * from {{ ref('int_claims__units') }}
    where {{ in_batch('order_date', before=1, after=oldest + 1) }} and {{ in_batch('click_date') }}

),

cells as (

    -- What TikTok claims after a click, by ad and day of the click.
    select ad_id, advertiser_id, report_date as click_date, click_purchases
    from {{ ref('int_claims__ad_days') }}
    where {{ in_batch('report_date') }}

),

of_known_ads as (

    -- Counted orders first, then by time: no order of rows can change who is matched.
    select
        units.*,
        row_number() over (
            partition by units.ad_id, units.click_date
            order by units.priority, units.ordered_at, units.order_id, units.repeat_number
        ) <= coalesce(cells.click_purchases, 0) as is_claimed
    from units
    left join cells on units.ad_id = cells.ad_id and units.click_date = cells.click_date
    where units.ad_id is not null

),

taken as (

    select advertiser_id, click_date, count(*) as units
    from of_known_ads
    where is_claimed
    group by all

),

claimed as (

    select advertiser_id, click_date, sum(click_purchases)::bigint as units
    from cells
    group by all

),

left_over as (

    select
        claimed.advertiser_id,
        claimed.click_date,
        claimed.units - coalesce(taken.units, 0) as units
    from claimed
    left join taken on claimed.advertiser_id = taken.advertiser_id and claimed.click_date = taken.click_date

),

stretches as (

    -- The day's claims that no known ad used up, account after account, the largest rest first.
    select
        *,
        sum(units) over (partition by click_date order by units desc, advertiser_id asc) as last_number
    from left_over

),

of_unknown_ads as (

    select
        *,
        row_number() over (
            partition by click_date order by priority, ordered_at, order_id, repeat_number
        ) as unit_number
    from units
    where ad_id is null

),

allocated as (

    select
        order_id, repeat_number, order_date, ordered_at, priority, reason, ad_id, click_date, event_date, gross_revenue,
        advertiser_id, is_claimed
    from of_known_ads
    union all
    select
        of_unknown_ads.order_id,
        of_unknown_ads.repeat_number,
        of_unknown_ads.order_date,
        of_unknown_ads.ordered_at,
        of_unknown_ads.priority,
        of_unknown_ads.reason,
        of_unknown_ads.ad_id,
        of_unknown_ads.click_date,
        of_unknown_ads.event_date,
        of_unknown_ads.gross_revenue,
        stretches.advertiser_id,
        stretches.advertiser_id is not null as is_claimed
    from of_unknown_ads
    left join stretches
        on of_unknown_ads.click_date = stretches.click_date
        and of_unknown_ads.unit_number > stretches.last_number - stretches.units
        and of_unknown_ads.unit_number <= stretches.last_number

)

select * from allocated
