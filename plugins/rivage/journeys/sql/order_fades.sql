-- Per order the sum of its touches' decayed weights, relative to its newest touch: old journeys
-- would underflow, and shares stay the same. In units of 2^-60, so that no order of adding shows.
create temp table order_fades as
select
    order_ends.order_number,
    sum((
        windows.faded * pow(
            2, (order_ends.newest_age_us - windows.newest_age_us) / getvariable('half_life_us')
        ) * pow(2, 60)
    )::hugeint)::double as faded
from windows
inner join order_ends on windows.order_number = order_ends.order_number
group by order_ends.order_number
