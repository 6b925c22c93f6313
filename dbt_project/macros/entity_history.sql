{#-
  One row per key and state from the daily snapshots of a stream: the days of equal state in a row.
  `valid_from` is the first day a snapshot shows it, `valid_to` the last day before a snapshot that
  shows another state or no longer lists the key; null while it is in force. A day without a
  snapshot belongs to the state before it. `modified_at` is the last change TikTok knew of when the state
  was first seen: if it is the key's first state, it has held since then.
  Reads only the named columns of the raw table, once.
-#}
{% macro entity_history(stream, key, columns) -%}
{%- set listed = columns | join(', ') -%}
landed as (

    select
        {{ key }},
        advertiser_id,
        _account_id,
        _window_start,
        modify_time,
        {%- for column in columns %}
        {{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ source('landing', stream) }}
    -- An entity can come twice in one snapshot when the list changes while it is read.
    qualify row_number() over (
        partition by {{ key }}, _window_start order by modify_time desc nulls last, {{ listed }}
    ) = 1

),

snapshot_days as (

    select
        _account_id,
        _window_start,
        lead(_window_start) over (partition by _account_id order by _window_start) as next_day
    from (select distinct _account_id, _window_start from landed)

),

compared as (

    select
        landed.*,
        snapshot_days.next_day,
        (
            (lag(snapshot_days.next_day) over entity) is distinct from landed._window_start
            or (lag(hash({{ listed }})) over entity) is distinct from hash({{ listed }})
        ) as is_new
    from landed
    inner join snapshot_days
        on landed._account_id = snapshot_days._account_id
        and landed._window_start = snapshot_days._window_start
    window entity as (partition by landed.{{ key }} order by landed._window_start)

),

numbered as (

    select
        *,
        count_if(is_new) over (partition by {{ key }} order by _window_start) as state_number
    from compared

),

states as (

    select
        {{ key }},
        advertiser_id,
        {%- for column in columns %}
        any_value({{ column }}) as {{ column }},
        {%- endfor %}
        timezone('UTC', cast({{ cleaned('arg_min(modify_time, _window_start)') }} as timestamp)) as modified_at,
        min(_window_start) as valid_from,
        arg_max_null(next_day, _window_start) - 1 as valid_to
    from numbered
    group by {{ key }}, advertiser_id, state_number

)
{%- endmacro %}
