-- Per order with a touch: how many, and the channels at its ends.
--
-- Age and kind are packed into one number, age first: the largest is the first touch, the smallest
-- the last. At one instant the lower kind is the earlier touch.
create temp table order_ends as
with packed as (
    select
        order_number, touches,
        kind % getvariable('channels') as channel,
        oldest_age_us * getvariable('kinds') + getvariable('kinds') - 1 - kind as oldest,
        newest_age_us * getvariable('kinds') + getvariable('kinds') - 1 - kind as newest
    from windows
),

ends as (
    select
        order_number,
        sum(touches)::bigint as touches,
        max(oldest) as oldest,
        min(newest) as newest,
        min(newest) filter (
            where not list_contains(getvariable('direct_channels'), channel)
        ) as newest_not_direct
    from packed
    group by order_number
)

select
    ends.order_number, ends.touches, orders.micros,
    ends.newest // getvariable('kinds') as newest_age_us,
    (getvariable('kinds') - 1 - ends.oldest % getvariable('kinds'))
    % getvariable('channels') as first_channel,
    (getvariable('kinds') - 1 - ends.newest % getvariable('kinds'))
    % getvariable('channels') as last_channel,
    (getvariable('kinds') - 1 - coalesce(ends.newest_not_direct, ends.newest) % getvariable('kinds'))
    % getvariable('channels') as last_not_direct_channel
from ends
inner join orders on ends.order_number = orders.order_number
