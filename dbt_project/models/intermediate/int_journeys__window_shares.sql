{{ config(materialized='days', meta={'day_column': 'order_date', 'subjects': ['weights'], 'days_per_batch': 31}) }}
-- depends_on: {{ ref('int_changes__credit_days') }}

with candidates as (

    select * from {{ ref('int_journeys__order_touches') }}
    where coalesce(rejection_reason, 'outside its window') = 'outside its window' and {{ in_batch('order_date') }}

),

compared_windows as (

    select unnest({{ var('compared_windows_days') }}) as window_days

),

in_window as (

    -- One window for all types: what is compared is its length.
    select
        compared_windows.window_days,
        candidates.order_id,
        candidates.order_date,
        candidates.touch_id,
        candidates.touched_at,
        candidates.channel,
        candidates.touch_type,
        candidates.age_us,
        candidates.saw_product,
        candidates.filled_cart
    from candidates
    inner join compared_windows on candidates.age_us <= compared_windows.window_days * 86400000000

),

touches as (

    select
        *,
        row_number() over (partition by window_days, order_id order by touched_at, touch_id) as touch_number,
        count(*) over (partition by window_days, order_id) as touches
    from in_window

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

    unpivot weighed on {{ attribution_models() | join(', ') }} into name model value weight

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
