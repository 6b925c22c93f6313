{#-
  Opens a staging model of a snapshot stream with two CTEs. `landed` are all its snapshots; `newest`
  has one row per key, as the newest snapshot that lists it shows it, with `_is_deleted`: its status
  says so, or the account's newest snapshot no longer lists it. TikTok drops old entities from its
  listings some time after their deletion.
  The day of each key's row comes from narrow columns first: snapshots pile up day by day, and their wide
  rows are wanted once; `not materialized` keeps DuckDB from copying them all first. `key` is the list of its
  columns.
-#}
{% macro newest_snapshots(stream, key, status=none) -%}
landed as not materialized (

    select * from {{ source('landing', stream) }}

),

key_days as (

    select
        {{ key | join(', ') }},
        max(_window_start) as _last_day
    from landed
    group by all

),

newest_days as (

    select
        _account_id,
        max(_window_start) as _newest_day
    from landed
    group by all

),

newest as (

    select
        landed.*,
        landed._window_start < newest_days._newest_day
        {%- if status %}
        or coalesce(landed.{{ status }} like '%DELETE%', false)
        {%- endif %} as _is_deleted
    from landed
    inner join key_days
        on landed._window_start = key_days._last_day
        {%- for column in key %}
        and landed.{{ column }} = key_days.{{ column }}
        {%- endfor %}
    inner join newest_days on landed._account_id = newest_days._account_id
    qualify row_number() over (
        partition by {% for column in key %}landed.{{ column }}{{ ', ' if not loop.last }}{% endfor %}
        order by landed._pulled_at desc, landed._pull_id desc, hash(landed)
    ) = 1

)
{%- endmacro %}
