{#- How long a touch of a type counts, in microseconds; both ends are included. -#}
{% macro window_us(touch_type) -%}
    86400000000 * case {{ touch_type }}
        when 'click' then {{ var('click_window_days') }}
        when 'organic' then {{ var('organic_window_days') }}
        when 'direct' then {{ var('direct_window_days') }}
    end
{%- endmacro %}
