{#-
  What the naming rules read out of names: one row per entity, entity_id and field with its value, from
  a CTE `names` with the columns entity, entity_id and entity_name and a CTE `rules` of the seed.
  A name that no rule of a field matches has no row.
-#}
{% macro first_rules(names='names', rules='rules') -%}
    select
        {{ names }}.entity,
        {{ names }}.entity_id,
        {{ rules }}.field,
        arg_min({{ rules }}.value, {{ rules }}.priority) as value
    from {{ names }}
    inner join {{ rules }}
        on {{ names }}.entity = {{ rules }}.entity
        and regexp_matches({{ name_words(names ~ '.entity_name') }}, {{ rules }}.pattern)
    group by all
{%- endmacro %}
