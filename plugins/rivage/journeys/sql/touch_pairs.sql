-- Touches inside an order's window, one row each, of users with few orders.
--
-- `kind` numbers type and channel together: kind % channels is the channel; of touches at the same
-- instant the higher kind counts as the later one. `age_us` is 0 at the instant of the order.
create temp table touch_pairs as
with few_orders as (
    select order_number, user_id, ordered_us, reach_us from orders
    where not is_crowded
),

met as (
    select
        few_orders.order_number,
        few_orders.ordered_us - touches.touched_us as age_us,
        enum_code(touches.channel::channel_name)::integer as channel,
        enum_code(touches.touch_type::type_name)::integer as touch_type
    from touches
    inner join few_orders
        on touches.user_id = few_orders.user_id
    where few_orders.ordered_us - touches.touched_us between 0 and few_orders.reach_us
)

select
    order_number, age_us,
    touch_type * getvariable('channels') + channel as kind
from met
where age_us <= getvariable('type_reach_us')[touch_type + 1]
