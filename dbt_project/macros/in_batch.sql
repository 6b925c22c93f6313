{#-
  Keeps the rows whose day belongs to the batch that the `days` materialization is building.
  `before` and `after` widen it when a row needs its neighbours' days; a widened filter
  keeps every day between the batch's edges, a plain one only the batch's own days.
  Outside a build (unit tests, compile) no batch is set and every row is kept.
  The two bounds become constants, so DuckDB skips whole row groups of other days.
-#}
{% macro in_batch(day, before=0, after=0) -%}
    {{ day }} between coalesce(getvariable('batch_from')::date, date '1900-01-01') - {{ before }}
    and coalesce(getvariable('batch_to')::date, date '2999-12-31') + {{ after }}
    {%- if not before and not after %}
        and coalesce(list_contains(getvariable('batch_days')::date [], {{ day }}), true)
    {%- endif %}
{%- endmacro %}
