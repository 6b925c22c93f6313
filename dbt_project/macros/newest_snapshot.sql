{#-
  Last day with a loaded snapshot of a stream. A list kept by hand holds only what its newest edition
  holds: a deleted line is gone, and an edition without lines (no rows, hence the ledger) empties it.
-#}
{% macro newest_snapshot(stream) -%}
    (
        select max(window_start)
        from {{ source('ledger', 'loaded_windows') }}
        where stream = '{{ stream }}'
    )
{%- endmacro %}
