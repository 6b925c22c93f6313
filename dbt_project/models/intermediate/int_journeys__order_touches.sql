{{ config(materialized='days', meta={
    'day_column': 'journey_date', 'subjects': ['buyers'], 'people': true, 'days_per_batch': 31
}) }}
-- depends_on: {{ ref('int_changes__people') }}
{%- set longest = var('longest_window_days') | int %}

with buyers as (

    select * from {{ ref('int_identity__buyers') }}
    where {{ in_batch('order_date') }}

),

people as (

    select * from {{ ref('int_identity__people') }}

),

orders as (

    select
        buyers.order_id,
        buyers.order_date,
        buyers.ordered_at,
        coalesce(buyers.tracker, 'ga4') as tracker,
        {{ person_of_order('buyers') }} as person_id
    from buyers
    left join people on buyers.browser_key = people.browser_key

),

wanted_orders as (

    select * from orders
    where person_id is not null and {{ in_people('person_id') }}

),

candidates as (

    select
        touches.*,
        {{ person_of('touches') }} as person_id
    from {{ ref('int_journeys__touches') }} as touches
    left join people on touches.browser_key = people.browser_key
    where {{ in_batch('touches.touch_date', before=longest + 1, after=1) }}

),

numbered as (

    select
        *,
        row_number() over (partition by person_id, tracker order by touched_at, touch_id) as position
    from candidates
    where person_id in (select wanted_orders.person_id from wanted_orders)

),

last_touches as (

    select
        wanted_orders.*,
        numbered.position as last_position
    from wanted_orders
    asof inner join numbered
        on wanted_orders.person_id = numbered.person_id
        and wanted_orders.tracker = numbered.tracker
        and wanted_orders.ordered_at >= numbered.touched_at

),

positions as (

    -- Counting back from the last touch keeps one heavy user from joining all touches to all orders.
    select
        *,
        unnest(range(
            greatest(last_position - {{ var('touches_per_order') }}, 0) + 1, last_position + 1
        )) as position
    from last_touches

),

joined as (

    select
        positions.order_id,
        positions.order_date,
        positions.order_date as journey_date,
        positions.ordered_at,
        epoch_us(positions.ordered_at) - epoch_us(numbered.touched_at) as age_us,
        numbered.person_id,
        numbered.browser_key,
        numbered.tracker,
        numbered.touch_id,
        numbered.touch_date,
        numbered.touched_at,
        numbered.touch_type,
        numbered.content_surface,
        numbered.source,
        numbered.channel_group,
        numbered.channel,
        numbered.campaign_name, numbered.campaign_id, numbered.ad_id, numbered.content,
        numbered.saw_product, numbered.filled_cart,
        numbered.quarantine_reason
    from positions
    inner join numbered
        on positions.person_id = numbered.person_id
        and positions.tracker = numbered.tracker
        and positions.position = numbered.position
    where numbered.touched_at >= positions.ordered_at - to_seconds({{ longest * 86400 }})

),

judged as (

    select
        * exclude (quarantine_reason),
        coalesce(
            quarantine_reason,
            case when age_us > {{ window_us('touch_type') }} then 'outside its window' end
        ) as rejection_reason
    from joined

),

counted as (

    select
        *,
        if(rejection_reason is null, row_number() over by_order, null) as touch_number,
        if(rejection_reason is null, count(*) over (partition by order_id, rejection_reason is null), null) as touches
    from judged
    window by_order as (partition by order_id, rejection_reason is null order by touched_at, touch_id)

)

select * from counted
