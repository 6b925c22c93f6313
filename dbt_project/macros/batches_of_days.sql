{#- The whole history up to the horizon in stretches of consecutive days; the first is open-ended. -#}
{% macro all_batches(rules) -%}
    {%- set span = run_query(
        "select min(covered_from), max(horizon) - min(covered_from), max(horizon)"
        " from ledger.stream_status"
    ).rows[0] -%}
    {%- if span[0] is none -%}
        {{ return([{'first': '1900-01-01', 'last': '2999-12-31', 'days': 'null'}]) }}
    {%- endif -%}
    {%- set size = rules.get('days_per_batch', 400) -%}
    {%- set batches = [] -%}
    {%- for start in range(0, span[1] | int + 1, size) -%}
        {%- set first = span[0] + modules.datetime.timedelta(days=start) -%}
        {%- set last = first + modules.datetime.timedelta(days=size - 1) -%}
        {%- do batches.append({
            'first': '1900-01-01' if loop.first else first,
            'last': span[2] if loop.last else last,
            'days': 'null',
        }) -%}
    {%- endfor -%}
    {{ return(batches) }}
{%- endmacro %}


{#- The days to replace now, in groups of `days_per_batch`; of people one batch. -#}
{% macro changed_batches(rules, target) -%}
    {%- if rules.people -%}
        {%- set span = run_query(
            'select min(first_date), (select max(horizon) from ' ~ this_warehouse() ~ '.ledger.horizon) from '
            ~ changed_people()
        ).rows[0] -%}
        {{ return([{'first': span[0], 'last': span[1], 'days': 'null', 'people': true}] if span[0] else []) }}
    {%- endif -%}
    {%- set days -%}
        {{ changed_days(rules) }}
        {%- if rules.stale_when %}
        {%- set now = rules.stale_when %}
        union
        select kept.{{ rules.day_column }}
        from {{ target }} as kept
        left join {{ this_warehouse() }}.{{ now.schema }}.{{ now.table }} as known
            on kept.{{ now.key }} = known.{{ now.key }}
        where
        {%- for column in now.columns %}
            {{ 'or ' if not loop.first }}kept.{{ column }} is distinct from known.{{ column }}
        {%- endfor %}
        {%- endif %}
    {%- endset -%}
    {%- set whole = 'select distinct changed_date from (' ~ days ~ ') where changed_date <= (select horizon from '
        ~ this_warehouse() ~ '.ledger.horizon) order by 1' -%}
    {%- set found = run_query(whole).columns[0].values() | list -%}
    {%- set batches = [] -%}
    {%- for group in found | batch(rules.get('days_per_batch', 400)) -%}
        {%- do batches.append({
            'first': group | first, 'last': group | last,
            'days': "['" ~ group | join("', '") ~ "']::date[]",
        }) -%}
    {%- endfor -%}
    {{ return(batches) }}
{%- endmacro %}


{#-
  The days of the model's subjects that changed, and those that look back at them. Of a project built in part some
  lists of changes may not be there.
-#}
{% macro changed_days(rules) -%}
    select changed_date + unnest(range({{ rules.get('days_after', 0) }} + 1))::integer as changed_date
    from (
        select subject, changed_date from {{ this_warehouse() }}.intermediate.int_changes__days
        {%- for name in ['int_changes__journey_months', 'int_changes__credit_days'] if kept_table(name) %}
        union all
        select subject, changed_date from {{ kept_table(name) }}
        {%- endfor %}
    )
    where subject in ('{{ rules.subjects | join("', '") }}')
{%- endmacro %}


{#- People whose journeys changed. -#}
{% macro changed_people() -%}
    {{ return(this_warehouse() ~ '.intermediate.int_changes__people') }}
{%- endmacro %}


{#- The private warehouse's database name, also when the model itself lives in the candidate. -#}
{% macro this_warehouse() -%}
    {{ return(target.database) }}
{%- endmacro %}
