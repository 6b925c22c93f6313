{{ config(materialized='days', meta={'day_column': 'order_date', 'subjects': ['weights'], 'days_per_batch': 62}) }}
-- depends_on: {{ ref('int_changes__credit_days') }}

with orders as (

    select * from {{ ref('int_orders__counted') }}
    where is_counted and {{ in_batch('order_date') }}

),

buyers as (

    select * from {{ ref('int_identity__buyers') }}
    where {{ in_batch('order_date') }}

),

people as (

    select * from {{ ref('int_identity__people') }}

),

touches as (

    select * from {{ ref('int_journeys__order_touches') }}
    where {{ in_batch('order_date') }}

),

weights as (

    select * from {{ ref('int_journeys__weights') }}
    where {{ in_batch('order_date') }}

),

receipts as (

    select
        orders.order_id,
        row_number() over (partition by orders.order_id order by touches.touched_at, touches.touch_id) as line_number,
        orders.order_name,
        orders.order_date,
        orders.ordered_at,
        orders.gross_revenue,
        case
            when touches.touch_id is null and buyers.browser_key is null then 'no browser was seen buying'
            when touches.touch_id is null then 'no visit was seen'
            when touches.rejection_reason is not null then 'rejected'
            else 'counts'
        end as line,
        touches.rejection_reason,
        coalesce(buyers.tracker, 'none') as seen_by,
        coalesce(people.linked_by, 'cookie') as person_known_by,
        touches.touched_at,
        touches.age_us / 3600000000 as hours_before_order,
        touches.touch_type,
        touches.channel_group,
        touches.channel,
        touches.campaign_name,
        touches.campaign_id,
        touches.ad_id,
        -- What TikTok's own web rule claims of the visits we saw; what it counts beyond stands in the ledger.
        coalesce(weights.platform_tiktok = 1, false) as is_claimed_by_tiktok,
        {{ weights_or('weights', 'null') }}
    from orders
    left join buyers on orders.order_id = buyers.order_id
    left join people on buyers.browser_key = people.browser_key
    left join touches on orders.order_id = touches.order_id
    left join weights on touches.order_id = weights.order_id and touches.touch_id = weights.touch_id

)

select * from receipts
