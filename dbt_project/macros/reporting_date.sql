{#- The calendar day of an instant in the reporting zone. -#}
{% macro reporting_date(instant) -%}
    cast(timezone('{{ var("reporting_timezone") }}', {{ instant }}) as date)
{%- endmacro %}
