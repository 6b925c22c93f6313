{#-
  The weights of all rule models, as select-list entries over a CTE with one row per eligible touch and the columns
  touch_number i of touches n, channel, age_us (microseconds before the order), and per order: channels
  (distinct), touches_of_channel, non_direct_number, product_number, cart_number, platform_number,
  youngest_age_us. Each model's weights are 0 or more and add up to 1 per order; those of
  platform_tiktok to 0 where there was no such touch.
  What each model does: seeds/attribution_models.csv.
-#}
{% macro rule_weights(keys=['order_id']) -%}
    {%- set first = var('position_first') -%}
    {%- set last = var('position_last') -%}
    (touch_number = 1)::double as first_touch,
    (touch_number = touches)::double as last_touch,
    (touch_number = coalesce(non_direct_number, touches))::double as last_non_direct,
    1 / touches as linear,
    case
        when touches = 1 then 1
        when touches = 2
            then coalesce(if(touch_number = 1, {{ first }}, {{ last }}) / nullif({{ first }} + {{ last }}, 0), 0.5)
        when touch_number = 1 then {{ first }}
        when touch_number = touches then {{ last }}
        else (1 - {{ first }} - {{ last }}) / (touches - 2)
    end::double as position,
    {{ time_decay() }} / sum({{ time_decay() }}) {{ over_order(keys) }} as time_decay,
    {{ roles([1, 'product_number', 'cart_number'], 3, 1) }}
    / sum({{ roles([1, 'product_number', 'cart_number'], 3, 1) }}) {{ over_order(keys) }} as w_shaped,
    {{ roles([1, 'product_number', 'cart_number', 'touches'], 9, 4) }}
    / sum({{ roles([1, 'product_number', 'cart_number', 'touches'], 9, 4) }}) {{ over_order(keys) }} as full_path,
    coalesce(touch_number = platform_number, false)::double as platform_tiktok,
    1 / (channels * touches_of_channel) as equal_split
{%- endmacro %}


{#- The same for the data-driven models, from each touch's effect. Where no channel has one, touches share alike. -#}
{% macro effect_weights(keys=['order_id']) -%}
    coalesce(markov_effect / nullif(sum(markov_effect) {{ over_order(keys) }}, 0), 1 / touches) as markov,
    coalesce(shapley_effect / nullif(sum(shapley_effect) {{ over_order(keys) }}, 0), 1 / touches) as shapley
{%- endmacro %}


{#- Halves with every half-life before the order. Counted from the youngest touch on, which changes no share. -#}
{% macro time_decay() -%}
    pow(2, -(age_us - youngest_age_us) / (86400000000 * {{ var('half_life_days') }}))
{%- endmacro %}


{#-
  A touch gets `weight` for each milestone it holds; touches without one share `rest`: 3 to 1 is 30 % to 10 %, 9 to 4
  is 22.5 % to 10 %, in whole numbers. A milestone that no touch holds is left out, and the caller divides by the
  order's sum.
-#}
{% macro roles(numbers, weight, rest) -%}
    (
        {%- for number in numbers %}
        {{ '+ ' if not loop.first }}{{ weight }} * coalesce(touch_number = {{ number }}, false)::integer
        {%- endfor %}
        + if(
            touch_number in ({{ numbers | join(', ') }}), 0,
            {{ rest }} / (touches - len(list_distinct([{{ numbers | join(', ') }}])))
        )
    )::double
{%- endmacro %}
