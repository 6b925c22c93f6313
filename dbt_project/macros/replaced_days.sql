{#-
  Condition of the generic tests: days that this run brought or replaced. Earlier days were tested when they
  came, and walking all of them again every day would make a day dearer the longer the history is. Whole
  tables are tested by a full refresh and by `dbt test`.
    - A model of the `days` materialization is read by its own rules; days it replaces because of
      `stale_when` come out of the same rows and the same SQL, and are left to the full refresh.
    - A staging model names its `day`, which must be its stream's window: the pending windows.
  Constants, so that DuckDB asks for them below the windows that remove duplicates.
-#}
{% macro in_replaced_days(model, day=none) -%}
    {%- set tested = graph.nodes.get('model.rivage.' ~ model.identifier) if execute else none -%}
    {%- if not tested or flags.WHICH != 'build' or flags.FULL_REFRESH -%}
        {{ return('true') }}
    {%- endif -%}
    {%- if tested.config.materialized == 'days' -%}
        {%- set column = tested.config.meta.day_column -%}
        {%- set days = changed_days(tested.config.meta) -%}
    {%- elif day -%}
        {%- set column = day -%}
        {%- set days -%}
            select window_start as changed_date
            from {{ this_warehouse() }}.ledger.pending_windows
            where stream = '{{ tested.sources[0][1] }}'
        {%- endset -%}
    {%- else -%}
        {{ return('true') }}
    {%- endif -%}
    {%- set found = run_query('select distinct changed_date from (' ~ days ~ ') order by 1').columns[0].values() -%}
    {%- if not found -%}
        {{ return('false') }}
    {%- endif -%}
    {{ column }} between date '{{ found[0] }}' and date '{{ found[-1] }}'
    and {{ column }} in ('{{ found | join("'::date, '") }}'::date)
{%- endmacro %}
