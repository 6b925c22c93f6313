{#-
  A value of Matomo, typed. The same field comes as a number or as text, depending on the
  installation, and lands as text; a missing one is written false, '', '-' or null.
-#}
{% macro matomo_value(column, type='varchar') -%}
    cast(nullif(nullif(nullif(trim({{ column }}), ''), '-'), 'false') as {{ type }})
{%- endmacro %}
