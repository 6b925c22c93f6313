{#-
  A value as an API sends it, typed. TikTok and GA4 send numbers as text and
  write a missing value as '-' or ''; both become null. Text is trimmed.
-#}
{% macro cleaned(column, type='varchar') -%}
    cast(nullif(nullif(trim({{ column }}), ''), '-') as {{ type }})
{%- endmacro %}
