{#-
  A name's words as the naming rules compare them: lower case, no accents, one space for every run of
  signs that are neither letters nor digits. `AR | Fin d'été` becomes `ar fin d ete`.
-#}
{% macro name_words(name) -%}
    trim(regexp_replace(lower(strip_accents({{ name }})), '[^\p{L}\p{N}]+', ' ', 'g'))
{%- endmacro %}
