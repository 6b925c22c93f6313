{#-
  Materialization `days`: a table of which a run replaces whole days.

  Each batch deletes its days and inserts what the model's SQL now says about them, in one
  transaction, so a day that vanished upstream vanishes here too. The SQL filters itself with
  `in_batch`. config meta:
    day_column      the model's day
    subjects        whose changed days (int_changes__days) are replaced
    days_after      how many days after a changed one look back at it (default 0): replaced as well
    days_per_batch  days per statement (default 400): what bounds memory on a full build
    stale_when      optional {schema, table, key, columns}: days of rows whose columns differ
                    from that table's are replaced as well
    people          true: of the days from the first changed one on, only the rows (`person_id`) of
                    int_changes__people are replaced; the SQL filters itself with `in_people`
  No day after the horizon is ever built: a source may bring parts of it before it is whole.
  A first build, --full-refresh or a changed list of columns builds all days aside and swaps.
-#}
{% materialization days, adapter='duckdb' -%}
    {%- set rules = config.get('meta') -%}
    {%- set existing = load_cached_relation(this) -%}
    {%- set target = this.incorporate(type='table') -%}
    {%- set rebuild = existing is none or should_full_refresh() or columns_differ(existing, sql) -%}
    {%- set written = make_intermediate_relation(target) if rebuild else target -%}

    {{ run_hooks(pre_hooks) }}
    {%- if rebuild -%}
        {%- do adapter.drop_relation(written) -%}
        {%- call statement('create') -%}
            {{ create_table_as(False, written, 'select * from (' ~ sql ~ '\n) limit 0') }}
        {%- endcall -%}
        {%- do adapter.commit() -%}
    {%- endif -%}

    {%- set batches = all_batches(rules) if rebuild else changed_batches(rules, target) -%}
    {%- call noop_statement('main', batches | length ~ ' batches') -%}{%- endcall -%}
    {%- for batch in batches -%}
        {%- call statement('batch') -%}
            set variable batch_from = date '{{ batch.first }}';
            set variable batch_to = date '{{ batch.last }}';
            set variable batch_days = {{ batch.days }};
            {%- if batch.people %}
            set variable batch_people = (select list(person_id) from {{ changed_people() }});
            {%- endif %}
            {%- if not rebuild %}
            delete from {{ written }}
            where {{ in_batch(rules.day_column) }}{% if batch.people %} and {{ in_people('person_id') }}{% endif %};
            {%- endif %}
            insert into {{ written }} by name {{ sql }};
            reset variable batch_from;
            reset variable batch_to;
            reset variable batch_days;
            reset variable batch_people;
        {%- endcall -%}
        {%- do adapter.commit() -%}
    {%- endfor -%}

    {%- if rebuild -%}
        {%- call statement('swap') -%}
            drop table if exists {{ target }};
            alter table {{ written }} rename to {{ adapter.quote(target.identifier) }};
        {%- endcall -%}
        {%- do persist_docs(target, model) -%}
    {%- endif -%}
    {{ run_hooks(post_hooks) }}
    {%- do adapter.commit() -%}
    {{ return({'relations': [target]}) }}
{%- endmaterialization %}


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


{#- The days of the model's subjects that changed, and those that look back at them. -#}
{% macro changed_days(rules) -%}
    select changed_date + unnest(range({{ rules.get('days_after', 0) }} + 1))::integer as changed_date
    from (
        {%- for table in ['days', 'journey_months', 'credit_days'] %}
        {{ 'union all' if not loop.first }}
        select subject, changed_date from {{ this_warehouse() }}.intermediate.int_changes__{{ table }}
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


{#- True when the model's SQL no longer yields the columns of its table. -#}
{% macro columns_differ(existing, sql) -%}
    {%- set said = run_query('describe ' ~ sql).rows | map(attribute='column_name') | list -%}
    {%- set kept = adapter.get_columns_in_relation(existing) | map(attribute='name') | list -%}
    {{ return(said | sort != kept | sort) }}
{%- endmacro %}
