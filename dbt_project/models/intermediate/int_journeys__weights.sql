{{ config(materialized='days', meta={'day_column': 'order_date', 'subjects': ['weights'], 'days_per_batch': 31}) }}
-- depends_on: {{ ref('int_changes__credit_days') }}

with touches as (

    select * from {{ ref('int_journeys__order_touches') }}
    where rejection_reason is null and {{ in_batch('order_date') }}

),

effects as (

    select * from {{ ref('int_journeys__effects') }}

),

paid_tiktok as (

    select channel from {{ ref('tiktok_channels') }}
    where traffic = 'paid'

),

by_order as (

    select
        order_id,
        count(distinct channel) as channels,
        max(touch_number) filter (where touch_type != 'direct') as non_direct_number,
        min(touch_number) filter (where saw_product) as product_number,
        min(touch_number) filter (where filled_cart) as cart_number,
        -- TikTok's own rule for the web: the last click within 168 hours.
        max(touch_number) filter (
            where age_us <= 604800000000 and channel in (select paid_tiktok.channel from paid_tiktok)
        ) as platform_number,
        min(age_us) as youngest_age_us
    from touches
    group by all

),

described as (

    select
        touches.*,
        by_order.* exclude (order_id),
        count(*) over (partition by touches.order_id, touches.channel) as touches_of_channel,
        date_trunc('month', touches.order_date)::date as fit_month
    from touches
    inner join by_order on touches.order_id = by_order.order_id

),

with_effects as (

    -- A channel that the fit does not know has no effect.
    select
        described.*,
        effects.fit_id,
        coalesce(effects.markov_effect, 0) as markov_effect,
        coalesce(effects.shapley_effect, 0) / described.touches_of_channel as shapley_effect
    from described
    left join effects on described.fit_month = effects.fit_month and described.channel = effects.channel

),

weighed as (

    select
        order_id,
        order_date,
        journey_date,
        ordered_at,
        person_id,
        browser_key,
        touch_id,
        touch_number,
        touches,
        touched_at,
        touch_date,
        age_us,
        touch_type,
        content_surface,
        channel,
        source,
        content,
        campaign_name,
        campaign_id,
        ad_id,
        fit_month,
        fit_id,
        {{ rule_weights() }},
        -- Where no channel of the order has an effect, its touches share alike.
        coalesce(markov_effect / nullif(sum(markov_effect) {{ over_order() }}, 0), 1 / touches) as markov,
        coalesce(shapley_effect / nullif(sum(shapley_effect) {{ over_order() }}, 0), 1 / touches) as shapley
    from with_effects

)

select * from weighed
