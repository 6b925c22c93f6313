{%- set counts = ['sessions', 'orders'] -%}
{{ config(materialized='days', meta={
    'day_column': 'halo_date', 'subjects': ['tiktok_shop__live_sessions', 'sessions', 'orders'], 'days_after': 32
}) }}
-- depends_on: {{ ref('int_changes__days') }}

with quiet as (

    select * from {{ ref('int_live__quiet_hours') }}
    where {{ in_batch('halo_date') }}

),

rooms as (

    select * from {{ ref('int_live__rooms') }}
    where {{ in_batch('halo_date') }}

),

web as (

    select * from {{ ref('int_live__web_quarters') }}

),

seen as (

    -- Two baselines: the same weekday and hour, and the same hour of whatever weekday.
    select
        *,
        unnest(if(is_same_weekday, ['same_weekday', 'any_weekday'], ['any_weekday'])) as baseline
    from quiet

),

by_slot as (

    -- What a quarter of an hour brings on its quiet days, on average.
    select
        room_id, baseline, slot_at,
        count(*) as base_days,
        {{ ratio('sum(sessions)', 'count(*)') }} as sessions,
        {{ ratio('sum(orders)', 'count(*)') }} as orders,
        {{ ratio('sum(revenue)', 'count(*)') }} as revenue
    from seen
    group by all

),

expected as (

    select
        room_id, baseline,
        count(*) as slots,
        min(base_days) as base_days,
        {% for name in counts -%}
        sum({{ name }} order by slot_at) as {{ name }},
        sum({{ name }} / base_days order by slot_at) as {{ name }}_variance,
        {% endfor -%}
        sum(revenue order by slot_at) as revenue
    from by_slot
    group by all

),

by_day as (

    select
        {% for name in counts -%}
        sum(seen.{{ name }}) as {{ name }},
        sum(by_slot.{{ name }} order by by_slot.slot_at) as usual_{{ name }},
        {% endfor -%}
        seen.room_id, seen.baseline, seen.days_back
    from seen
    inner join by_slot
        on seen.room_id = by_slot.room_id and seen.baseline = by_slot.baseline and seen.slot_at = by_slot.slot_at
    group by all

),

scatter as (

    -- How much more quiet days scatter than chance alone (Pearson's dispersion); never less than chance.
    select
        {% for name in counts -%}
        greatest(1, coalesce({{ ratio(
            'sum(pow(' ~ name ~ ' - usual_' ~ name ~ ', 2) / nullif(usual_' ~ name ~ ', 0) order by days_back)', 'count(*) - 1'
        ) }}, 1)) as {{ name }}_dispersion,
        {% endfor -%}
        room_id, baseline
    from by_day
    group by all

),

observed as (

    select
        rooms.room_id,
        rooms.halo_date,
        date_diff('minute', rooms.halo_from, rooms.halo_to) // 15 as slots,
        coalesce(sum(web.sessions), 0) as sessions,
        coalesce(sum(web.orders), 0) as orders,
        coalesce(sum(web.revenue), 0) as revenue
    from rooms
    left join web on rooms.halo_from <= web.quarter_at and rooms.halo_to > web.quarter_at
    group by all

),

halo as (

    -- Only where every quarter of an hour has a quiet day. 1.96: 95 % of the normal distribution. Rounded,
    -- so that the order of addition leaves no trace.
    select
        {% for name in counts -%}
        round(expected.{{ name }}, 6) as expected_{{ name }},
        round(observed.{{ name }} - expected.{{ name }}, 6) as extra_{{ name }},
        round(1.96 * sqrt(
            scatter.{{ name }}_dispersion * (greatest(observed.{{ name }}, 1) + expected.{{ name }}_variance)
        ), 6) as {{ name }}_margin,
        extra_{{ name }} - {{ name }}_margin as {{ name }}_low,
        extra_{{ name }} + {{ name }}_margin as {{ name }}_high,
        {% endfor -%}
        round(expected.revenue, 4)::decimal(18, 4) as expected_revenue,
        round(observed.revenue - expected.revenue, 4)::decimal(18, 4) as extra_revenue,
        expected.base_days, observed.room_id, observed.halo_date, expected.baseline
    from observed
    inner join expected on observed.room_id = expected.room_id and observed.slots = expected.slots
    inner join scatter on expected.room_id = scatter.room_id and expected.baseline = scatter.baseline

)

select * from halo
