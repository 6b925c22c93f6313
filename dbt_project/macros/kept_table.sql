{#-
  An intermediate table as the last build left it, none when there is none yet. Unlike ref() it makes
  no dependency: int_changes__ reads what tables held before this run replaces their days.
-#}
{% macro kept_table(name) -%}
    {{ return(adapter.get_relation(target.database, 'intermediate', name)) }}
{%- endmacro %}
