{#-
  Keeps the rows of the people whose journeys this run makes again; all rows in a full build, and outside
  a build. See `people` in materialize_days.sql.
-#}
{% macro in_people(person) -%}
    (
        getvariable('batch_people') is null
        or {{ person }} in (select unnest(getvariable('batch_people')::varchar []))
    )
{%- endmacro %}
