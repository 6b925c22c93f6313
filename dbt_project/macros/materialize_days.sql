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


{#- True when the model's SQL no longer yields the columns of its table. -#}
{% macro columns_differ(existing, sql) -%}
    {%- set said = run_query('describe ' ~ sql).rows | map(attribute='column_name') | list -%}
    {%- set kept = adapter.get_columns_in_relation(existing) | map(attribute='name') | list -%}
    {{ return(said | sort != kept | sort) }}
{%- endmacro %}
