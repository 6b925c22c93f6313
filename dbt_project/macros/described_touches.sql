{#-
  Touches with what the models ask of their order: see rule_weights. `touches` is a CTE of touches that count, with
  touch_number and touches; `keys` say what an order is.
-#}
{% macro described_touches(touches, keys=['order_id']) -%}
    {%- set key = keys | join(', ') -%}
    select
        counting.*,
        by_order.* exclude ({{ key }}),
        count(*) over (partition by {{ key }}, counting.channel) as touches_of_channel,
        date_trunc('month', counting.order_date)::date as fit_month,
        fits.fit_id,
        -- A channel that the fit does not know has no effect.
        coalesce(fits.markov_effect, 0) as markov_effect,
        coalesce(fits.shapley_effect, 0) / count(*) over (partition by {{ key }}, counting.channel) as shapley_effect
    from {{ touches }} as counting
    inner join (
        select
            {{ key }},
            count(distinct channel) as channels,
            max(touch_number) filter (where touch_type != 'direct') as non_direct_number,
            min(touch_number) filter (where saw_product) as product_number,
            min(touch_number) filter (where filled_cart) as cart_number,
            -- TikTok's own rule for the web: the last click within 168 hours.
            max(touch_number) filter (
                where age_us <= 604800000000
                and channel in (select paid.channel from {{ ref('tiktok_channels') }} as paid where paid.traffic = 'paid')
            ) as platform_number,
            min(age_us) as youngest_age_us
        from {{ touches }}
        group by all
    ) as by_order using ({{ key }})
    left join {{ ref('int_journeys__effects') }} as fits
        on date_trunc('month', counting.order_date)::date = fits.fit_month and counting.channel = fits.channel
{%- endmacro %}
