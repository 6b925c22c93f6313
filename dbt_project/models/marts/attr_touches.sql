{{ config(materialized='days', meta={
    'day_column': 'touch_date', 'subjects': ['sessions', 'matomo_visits', 'touch_credits'], 'days_after': 1,
    'days_per_batch': 62
}) }}
-- depends_on: {{ ref('int_changes__credit_days') }}

with touches as (

    select * from {{ ref('int_journeys__touches') }}
    where {{ in_batch('touch_date') }}

),

served as (

    select
        touch_id,
        count(*) as orders_served
    from {{ ref('int_journeys__weights') }}
    where {{ in_batch('touch_date') }}
    group by all

),

chosen as (

    -- The cookie is hashed: a published file names no browser to other systems.
    select
        touches.touch_id,
        touches.touch_date,
        touches.touched_at,
        touches.tracker,
        md5(touches.browser_key) as browser_key,
        touches.touch_type,
        touches.channel_group,
        touches.channel,
        touches.content_surface,
        touches.campaign_name,
        touches.campaign_id,
        touches.ad_id,
        touches.saw_product,
        touches.filled_cart,
        touches.quarantine_reason,
        coalesce(served.orders_served, 0)::bigint as orders_served
    from touches
    left join served on touches.touch_id = served.touch_id

)

select * from chosen
