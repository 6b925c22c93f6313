{#-
  Opens a staging model of a snapshot stream whose snapshots are all kept: `deduplicated` has one row per
  account, key and snapshot day, with `_is_newest` on the last snapshot that lists the key.
  The last day of each key comes from three narrow columns. `_is_newest` stands among the keys by which
  duplicates are removed, although it says nothing more than they do: so DuckDB drops the older snapshots,
  or the days that a reader does not ask for, before it sorts wide rows. `not materialized`: read twice, the wide
  rows would otherwise be copied first.
-#}
{% macro marked_snapshots(stream, key) -%}
landed as not materialized (

    select * from {{ source('landing', stream) }}

),

last_days as (

    select
        _account_id,
        {{ key | join(', ') }},
        max(_window_start) as _last_day
    from landed
    group by all

),

marked as (

    select
        landed.*,
        landed._window_start = last_days._last_day as _is_newest
    from landed
    inner join last_days
        on landed._account_id = last_days._account_id
        {%- for column in key %}
        and landed.{{ column }} = last_days.{{ column }}
        {%- endfor %}

),

deduplicated as (

    select *
    from marked
    qualify row_number() over (
        partition by _account_id, _window_start, _is_newest, {{ key | join(', ') }}
        order by _pulled_at desc, _pull_id desc, hash(marked)
    ) = 1

)
{%- endmacro %}
