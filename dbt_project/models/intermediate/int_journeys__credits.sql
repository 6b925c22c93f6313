{{ config(materialized='days', meta={'day_column': 'credit_date', 'subjects': ['credits'], 'days_per_batch': 31}) }}
-- depends_on: {{ ref('int_changes__credit_days') }}

with entries as (

    select * from {{ ref('int_journeys__entries') }}
    where {{ in_batch('credit_date') }}

),

weights as (

    select * from {{ ref('int_journeys__weights') }}

),

shop_copies as (

    select order_id from {{ ref('int_orders__shop_copies') }}

),

entry_touches as (

    -- On the day too, so that DuckDB reads no other days.
    select
        entries.*,
        weights.touch_number,
        weights.touch_date,
        weights.touched_at,
        weights.channel,
        weights.content_surface,
        weights.source,
        weights.content,
        weights.campaign_name,
        weights.campaign_id,
        weights.ad_id,
        {{ weights_or('weights', 1) }}
    from entries
    left join weights on entries.order_id = weights.order_id and entries.order_date = weights.order_date

),

by_model as (

    unpivot entry_touches on {{ attribution_models() | join(', ') }} into name model value weight

),

with_total as (

    select
        *,
        sum(weight) over (partition by entry_id, model) as total_weight,
        row_number() over (partition by entry_id, model order by touch_number) as row_of_model
    from by_model

),

unclaimed as (

    -- One row for what a model gives to nobody: orders no TikTok click came before.
    select
        credit_date, order_date, entry, entry_id, order_id, model, order_count, new_customer_count, gross_revenue,
        refund_amount,
        '(no TikTok click)' as channel,
        1 as weight
    from with_total
    where total_weight = 0 and row_of_model = 1

),

shared as (

    select * from with_total
    where weight > 0
    union all by name
    select * from unclaimed

),

credits as (

    -- Whole cents and millionths of an order, so that the shares add up exactly.
    select
        credit_date,
        order_date,
        touch_date,
        touched_at,
        entry,
        entry_id,
        order_id,
        model,
        touch_number,
        -- A copy of a TikTok Shop order never was in the web shop: nothing went unobserved.
        coalesce(
            channel, if(order_id in (select shop_copies.order_id from shop_copies), 'TikTok Shop', '(unobserved)')
        ) as channel,
        coalesce(content_surface, 'other') as content_surface,
        source,
        content,
        campaign_name,
        campaign_id,
        ad_id,
        {{ share_of('order_count * 1000000', 6) }} as orders,
        {{ share_of('new_customer_count * 1000000', 6) }} as new_customer_orders,
        {{ share_of('(gross_revenue * 100)::bigint', 2) }}::decimal(18, 4) as gross_revenue,
        {{ share_of('(refund_amount * 100)::bigint', 2) }}::decimal(18, 4) as refunds
    from shared

)

select * from credits
