-- Touches inside an order's window, one row each, of users with many orders: only where a model
-- needs sequences. Time is cut into pieces as long as the longest window, so that a touch meets the
-- orders of two pieces and not all of its user's.
create temp table crowded_pairs as
with pieces as (
    select
        order_number, user_id, ordered_us, reach_us,
        ordered_us // getvariable('longest_us') - unnest([0, 1]) as piece
    from orders
    where is_crowded
),

met as (
    select
        pieces.order_number,
        pieces.ordered_us - touches.touched_us as age_us,
        enum_code(touches.channel::channel_name)::integer as channel,
        enum_code(touches.touch_type::type_name)::integer as touch_type
    from touches
    inner join pieces
        on
        touches.user_id = pieces.user_id
        and touches.touched_us // getvariable('longest_us') = pieces.piece
    where pieces.ordered_us - touches.touched_us between 0 and pieces.reach_us
)

select
    order_number, age_us,
    touch_type * getvariable('channels') + channel as kind
from met
where age_us <= getvariable('type_reach_us')[touch_type + 1]
