{#- The words of a text with one space around each, so that a whole word is found by `contains`. -#}
{% macro bare_words(text) -%}
    (' ' || {{ name_words(text) }} || ' ')
{%- endmacro %}
