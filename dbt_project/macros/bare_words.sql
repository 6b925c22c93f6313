{#- Text as words to compare: small letters, no accents, no signs, one space around each word. -#}
{% macro bare_words(text) -%}
    (' ' || trim(regexp_replace(strip_accents(lower({{ text }})), '[^a-z0-9]+', ' ', 'g')) || ' ')
{%- endmacro %}
