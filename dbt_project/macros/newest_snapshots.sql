{#-
  Opens a staging model of a snapshot stream with two CTEs. `landed` are all its snapshots; `newest`
  has one row per key, as the newest snapshot that lists it shows it, with `_is_deleted`: its status
  says so, or the account's newest snapshot no longer lists it. TikTok drops old entities from its
  listings some time after their deletion.
-#}
{% macro newest_snapshots(stream, key, status=none) -%}
landed as (

    select * from {{ source('landing', stream) }}

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
    inner join newest_days on landed._account_id = newest_days._account_id
    qualify row_number() over (
        partition by {{ key }}
        order by
            landed._window_start desc, landed._pulled_at desc, landed._pull_id desc, hash(landed)
    ) = 1

)
{%- endmacro %}
