{#- Whether there is what credit for web orders is made of: orders, and visits to credit. -#}
{% macro web_credit_landed() -%}
    ({{ landed('shopify__orders') }} and {{ landed(['ga4_export__events', 'matomo__visits']) }})
{%- endmacro %}
