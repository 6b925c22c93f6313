with rooms as (

    select * from {{ ref('int_live__rooms') }}

),

shop_orders as (

    select * from {{ ref('int_live__shop_orders') }}

),

halo as (

    select * from {{ ref('int_live__halo') }}

),

status as (

    select * from {{ source('ledger', 'stream_status') }}

),

known as (

    -- Shop orders are known from the first landed day to the end of the horizon.
    select
        account_id as shop_id,
        timezone('{{ var("reporting_timezone") }}', covered_from::timestamp) as first_at,
        timezone('{{ var("reporting_timezone") }}', horizon::timestamp + interval 1 day) as last_at
    from status
    where stream = 'tiktok_shop__orders'

),

by_room as (

    select
        room_id,
        count(*) filter (where place = 'in_room' and is_counted) as in_room,
        count(*) filter (where place = 'in_room' and exclusion_reason = 'cancelled' and is_paid) as in_room_cancelled,
        coalesce(sum(gross_revenue) filter (where place = 'in_room' and is_counted), 0) as in_room_revenue,
        count(*) filter (where place = 'after_room' and is_counted) as after_room,
        coalesce(sum(gross_revenue) filter (where place = 'after_room' and is_counted), 0) as after_room_revenue
    from shop_orders
    group by all

),

joined as (

    -- No order is 0 where Shop orders are known, null where they are not or the 24 hours are not over.
    select
        rooms.*,
        if(rooms.started_at >= known.first_at, coalesce(by_room.in_room, 0), null) as shop_orders_in_room,
        if(rooms.started_at >= known.first_at, coalesce(by_room.in_room_cancelled, 0), null)
            as shop_orders_in_room_cancelled,
        if(rooms.started_at >= known.first_at, coalesce(by_room.in_room_revenue, 0), null) as shop_revenue_in_room,
        rooms.ended_at >= known.first_at and rooms.ended_at + interval 24 hours <= known.last_at as is_day_after_known,
        if(is_day_after_known, coalesce(by_room.after_room, 0), null) as shop_orders_24h_after,
        if(is_day_after_known, coalesce(by_room.after_room_revenue, 0), null) as shop_revenue_24h_after
    from rooms
    left join known on rooms.shop_id = known.shop_id
    left join by_room on rooms.room_id = by_room.room_id

),

kpis as (

    select
        joined.room_id, joined.shop_id, joined.live_date, joined.started_at, joined.ended_at,
        joined.title, joined.author_type, joined.creator_handle_sha256,
        {{ ratio("date_diff('second', joined.started_at, joined.ended_at)", 60) }} as duration_minutes,
        {% for name in ['views', 'viewers', 'peak_viewers', 'watched_seconds', 'likes', 'comments', 'shares',
                        'new_followers', 'product_impressions', 'product_clicks', 'platform_live_orders',
                        'platform_live_units', 'shop_orders_in_room', 'shop_orders_in_room_cancelled',
                        'shop_orders_24h_after'] -%}
        joined.{{ name }}::bigint as {{ name }},
        {% endfor -%}
        {% for name in ['platform_live_gmv', 'platform_indirect_gmv', 'shop_revenue_in_room',
                        'shop_revenue_24h_after'] -%}
        joined.{{ name }}::decimal(18, 4) as {{ name }},
        {% endfor -%}
        {{ ratio('joined.watched_seconds', 'joined.views') }} as average_viewing_seconds,
        {{ ratio('joined.product_clicks', 'joined.product_impressions') }} as product_click_rate,
        {{ ratio('joined.shop_orders_in_room', 'joined.viewers') }} as orders_per_viewer,
        {{ ratio("date_diff('minute', joined.halo_from, joined.halo_to)", 60) }} as web_halo_hours,
        weekly.base_days::bigint as web_halo_baseline_weeks,
        daily.base_days::bigint as web_halo_any_weekday_baseline_days,
        {% for baseline, suffix in [('weekly', ''), ('daily', '_any_weekday')] -%}
        {% for name in ['sessions', 'orders'] -%}
        {{ baseline }}.expected_{{ name }} as web_expected_{{ name }}{{ suffix }},
        {{ baseline }}.extra_{{ name }} as web_halo_{{ name }}{{ suffix }},
        {{ baseline }}.{{ name }}_low as web_halo_{{ name }}{{ suffix }}_low,
        {{ baseline }}.{{ name }}_high as web_halo_{{ name }}{{ suffix }}_high,
        {% endfor -%}
        {% endfor -%}
        weekly.extra_revenue as web_halo_revenue,
        daily.extra_revenue as web_halo_revenue_any_weekday
    from joined
    left join halo as weekly on joined.room_id = weekly.room_id and weekly.baseline = 'same_weekday'
    left join halo as daily on joined.room_id = daily.room_id and daily.baseline = 'any_weekday'

)

select * from kpis
