{{ config(materialized='days', meta={'day_column': 'order_date', 'subjects': ['claim_orders'], 'days_per_batch': 62}) }}
-- depends_on: {{ ref('int_changes__days') }}
{%- set oldest = var('claim_oldest_click_days') | int %}

with sightings as (

    select * from {{ ref('int_claims__sightings') }}
    where {{ in_batch('order_date') }}

),

paid_channels as (

    select channel from {{ ref('tiktok_channels') }}
    where traffic = 'paid'

),

sessions as (

    select user_pseudo_id, session_key, started_at, ad_id from {{ ref('int_web__session_channels') }}
    where
        channel in (select paid_channels.channel from paid_channels)
        and not is_gateway_return
        and {{ in_batch('session_date', before=oldest + 1, after=1) }}

),

matomo_clicks as (

    select coalesce(visitor_id, visit_key) as visitor_key, clicked_at, ad_id
    from {{ ref('int_claims__matomo_clicks') }}
    where {{ in_batch('click_date', before=oldest + 1, after=1) }}

),

shop_clicks as (

    select order_id, visited_at, ad_id from {{ ref('int_claims__shop_clicks') }}
    where is_tiktok_click and {{ in_batch('order_date') }}

),

found as (

    -- Per witness the last paid click up to the order. ASOF keeps a heavy visitor from joining all to all.
    select sightings.order_id, sessions.started_at as clicked_at, sessions.ad_id
    from sightings
    asof inner join sessions
        on sightings.browser_key = sessions.user_pseudo_id and sightings.ordered_at >= sessions.started_at
    union all
    select sightings.order_id, matomo_clicks.clicked_at, matomo_clicks.ad_id
    from sightings
    asof inner join matomo_clicks
        on sightings.matomo_key = matomo_clicks.visitor_key and sightings.ordered_at >= matomo_clicks.clicked_at
    union all
    select sightings.order_id, shop_clicks.visited_at as clicked_at, shop_clicks.ad_id
    from sightings
    inner join shop_clicks
        on sightings.order_id = shop_clicks.order_id and sightings.ordered_at >= shop_clicks.visited_at

),

last_clicks as (

    -- Witnesses round one click's time differently: within a minute it is one, and who knows the ad is heard.
    select
        order_id,
        arg_max(
            row(clicked_at, ad_id)::struct(clicked_at timestamptz, ad_id varchar),
            (date_trunc('minute', clicked_at), ad_id is not null, clicked_at, ad_id)
        ) as click
    from found
    group by all

),

chosen as (

    select
        sightings.order_id,
        sightings.order_date,
        sightings.ordered_at,
        last_clicks.click.clicked_at,
        last_clicks.click.ad_id,
        sightings.ordered_at - last_clicks.click.clicked_at
        <= to_seconds({{ var('claim_click_hours') }} * 3600) as is_within_window
    from sightings
    inner join last_clicks on sightings.order_id = last_clicks.order_id
    where sightings.ordered_at - last_clicks.click.clicked_at <= to_seconds({{ oldest * 86400 }})

)

select * from chosen
