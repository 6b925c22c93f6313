{#- A sum of what is known: null only when nothing is. A part that was not sent must not turn the rest unknown. -#}
{% macro known_sum() -%}
    case when coalesce({{ varargs | join(', ') }}) is not null then
        {%- for part in varargs %} {{ '+ ' if not loop.first }}coalesce({{ part }}, 0){% endfor %} end
{%- endmacro %}
