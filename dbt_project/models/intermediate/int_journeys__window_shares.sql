{{ config(materialized='days', meta={'day_column': 'order_date', 'subjects': ['weights'], 'days_per_batch': 31}) }}
-- depends_on: {{ ref('int_changes__credit_days') }}
{%- set models = [
    'last_touch', 'first_touch', 'last_non_direct', 'linear', 'position', 'time_decay', 'w_shaped', 'full_path',
    'platform_tiktok', 'equal_split', 'markov', 'shapley',
] %}

with touches as (

    -- One window for all types: what is compared is its length.
    select
        * replace (row_number() over by_order as touch_number, count(*) over whole_order as touches)
    from {{ ref('int_journeys__order_touches') }}
    cross join (select unnest({{ var('compared_windows_days') }}) as window_days)
    where
        coalesce(rejection_reason, 'outside its window') = 'outside its window'
        and age_us <= window_days * 86400000000
        and {{ in_batch('order_date') }}
    window
        by_order as (partition by window_days, order_id order by touched_at, touch_id),
        whole_order as (partition by window_days, order_id)

),

described as (

    {{ described_touches('touches', ['window_days', 'order_id']) }}

),

weighed as (

    select
        order_date,
        window_days,
        channel,
        {{ rule_weights(['window_days', 'order_id']) }},
        {{ effect_weights(['window_days', 'order_id']) }}
    from described

),

shares as (

    unpivot weighed on {{ models | join(', ') }} into name model value weight

),

summed as (

    -- In order of size, so that the sum is the same in every build.
    select
        order_date,
        window_days,
        model,
        channel,
        sum(weight order by weight) as orders
    from shares
    where weight > 0
    group by all

)

select * from summed
