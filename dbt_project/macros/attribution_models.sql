{#- The models, in the order of their columns; seeds/attribution_models.csv says what each does. -#}
{% macro attribution_models() -%}
    {{ return([
        'last_touch', 'first_touch', 'last_non_direct', 'linear', 'position', 'time_decay', 'w_shaped', 'full_path',
        'platform_tiktok', 'equal_split', 'markov', 'shapley',
    ]) }}
{%- endmacro %}


{#- A column per model: the weight of `weights`, or what an order without a touch has. -#}
{% macro weights_or(weights, otherwise) -%}
    {%- for model in attribution_models() %}
    coalesce({{ weights }}.{{ model }}, {{ otherwise }})::double as {{ model }}{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
