{#- The value struct of one event parameter, null when the event has none of that key. -#}
{% macro event_param(key) -%}
    event_params[list_position(param_keys, '{{ key }}')].value
{%- endmacro %}
