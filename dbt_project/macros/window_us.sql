{#- How long a touch of a type counts, in microseconds; both ends are included. -#}
{% macro window_us(touch_type) -%}
    case {{ touch_type }}
        {%- for type, days in var('attribution_windows').items() %}
        when '{{ type }}' then {{ (days * 86400000000) | int }}
        {%- endfor %}
    end
{%- endmacro %}
