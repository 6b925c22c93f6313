-- Touches that no order's window holds, as journeys that did not convert.
--
-- They are one journey as long as no order lies between them and none waits longer for the next
-- than the longest window. A customer's touches after an order count, too. Touches younger than
-- the window at the end of the data may yet convert and are counted as if they had not.
insert into journeys
with seen_orders as (
    select order_number, user_id, ordered_us from orders
    where user_id is not null
),

followed as (
    select
        touches.user_id, touches.touched_us,
        enum_code(touches.channel::channel_name)::integer as channel,
        enum_code(touches.touch_type::type_name)::integer as touch_type,
        coalesce(seen_orders.order_number, 0) as next_order,
        seen_orders.ordered_us - touches.touched_us as wait_us
    from touches
    asof left join seen_orders
        on
        touches.user_id = seen_orders.user_id
        and touches.touched_us <= seen_orders.ordered_us
),

unused as (
    select
        *,
        touched_us - lag(touched_us) over (
            partition by user_id, next_order order by touched_us, touch_type, channel
        ) > getvariable('longest_us') as is_new
    from followed
    where wait_us is null or wait_us > getvariable('type_reach_us')[touch_type + 1]
),

numbered as (
    select
        *,
        count(*) filter (where is_new) over (
            partition by user_id, next_order order by touched_us, touch_type, channel
        ) as part
    from unused
),

sequences as (
    select list(channel order by touched_us, touch_type, channel) as steps
    from numbered
    group by user_id, next_order, part
)

select steps, 0 as conversions, 0 as micros, count(*) as lost
from sequences
group by steps
