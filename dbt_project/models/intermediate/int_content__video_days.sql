{#- What TikTok stops sending is carried on from the last day that had it, however long ago: from this table
    as it stands before the batch, so that a day costs a day. A day that lands anew is told again on every
    later one; days after the horizon are cut, so an ordinary run builds its own day only. A first build is
    one batch, because it has no table to look back into. -#}
{{ config(materialized='days', meta={
    'day_column': 'snapshot_date', 'subjects': ['tiktok_organic__videos'], 'days_after': 3650, 'days_per_batch': 4000
}) }}
-- depends_on: {{ ref('int_changes__days') }}
{%- set known = kept_table('int_content__video_days') %}
{%- set counters = [
    'video_views', 'likes', 'comments', 'shares', 'favorites', 'reach', 'watched_seconds', 'new_followers',
    'profile_views', 'website_clicks'
] %}

with sent as (

    select * from {{ ref('stg_tiktok_organic__videos') }}
    where {{ in_batch('snapshot_date') }}

),

loaded_windows as (

    select * from {{ source('ledger', 'loaded_windows') }}

),

listings as (

    select
        account_id as business_id,
        window_start + 1 as next_date
    from loaded_windows
    where stream = 'tiktok_organic__videos'

),
{%- if known %}

last_known_days as (

    select
        business_id,
        item_id,
        max(snapshot_date) as snapshot_date
    from {{ known }}
    where
        snapshot_date < coalesce(getvariable('batch_from')::date, date '1900-01-01')
        and (business_id, item_id) in (select (sent.business_id, sent.item_id) from sent)
    group by all

),
{%- endif %}

snapshots as (

    select
        *,
        true as is_sent
    from sent
    {%- if known %}
    union all by name
    select
        known.*,
        false as is_sent
    from {{ known }} as known
    inner join last_known_days
        on known.business_id = last_known_days.business_id
        and known.item_id = last_known_days.item_id
        and known.snapshot_date = last_known_days.snapshot_date
    {%- endif %}

),

carried as (

    select
        snapshot_date, business_id, item_id, is_sent,
        media_type, is_ad, coalesce(caption, '') as caption, share_url, published_at, duration_seconds,
        {% for counter in counters -%}
        last_value({{ counter }} ignore nulls) over so_far as {{ counter }},
        {% endfor -%}
        last_value(completion_rate ignore nulls) over so_far as completion_rate,
        last_value(average_seconds_watched ignore nulls) over so_far as average_seconds_watched,
        last_value(impression_sources ignore nulls) over so_far as impression_sources
    from snapshots
    window so_far as (
        partition by business_id, item_id
        order by snapshot_date
        rows between unbounded preceding and current row
    )

),

with_day_before as (

    select
        *,
        {% for counter in counters -%}
        lag({{ counter }}) over by_day as {{ counter }}_previous,
        {% endfor -%}
        coalesce(lag(snapshot_date) over by_day = snapshot_date - 1, false) as was_listed
    from carried
    window by_day as (partition by business_id, item_id order by snapshot_date)

),

changed as (

    select
        told.snapshot_date, told.business_id, told.item_id,
        {% for counter in counters -%}
        told.{{ counter }},
        told.{{ counter }} - case
            when told.was_listed then told.{{ counter }}_previous
            -- Younger than the snapshot of the day before: counted from 0.
            when told.published_at >= timezone('UTC', listings.next_date::timestamp) then 0
        end as {{ counter }}_change,
        {% endfor -%}
        told.completion_rate, told.average_seconds_watched, told.impression_sources,
        told.media_type, told.is_ad, told.caption, told.share_url, told.published_at, told.duration_seconds
    from with_day_before as told
    left join listings on told.business_id = listings.business_id and told.snapshot_date = listings.next_date
    where told.is_sent

)

select * from changed
