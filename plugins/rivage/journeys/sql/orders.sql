-- One row per order: how far back its window reaches, and which way its touches are counted.
--
-- `exclusive`: a touch serves the user's next order alone, so a window ends where the order before
-- was placed. Otherwise a touch may serve several orders.
-- `is_crowded`: joining all touches of a user with all its orders grows with their product. Users
-- with many orders take the way of crowded_instants.sql, whose cost grows with their sum.
create temp table orders as
with in_order as (
    select
        order_id, user_id, ordered_us, micros,
        row_number() over (order by order_id)::integer as order_number,
        lag(ordered_us) over (
            partition by user_id order by ordered_us, order_id
        ) as previous_us,
        count(*) over (partition by user_id) > getvariable('crowded_from') as is_crowded
    from order_rows
)

select
    order_number, order_id, user_id, ordered_us, micros,
    user_id is not null and is_crowded as is_crowded,
    -- Touches of the instant of the order before belong to that order.
    case
        when getvariable('exclusive') and previous_us is not null
            then least(ordered_us - previous_us - 1, getvariable('longest_us'))
        else getvariable('longest_us')
    end as reach_us
from in_order
