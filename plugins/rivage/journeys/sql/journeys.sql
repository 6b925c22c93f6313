-- Channels of every order's window in order of time, equal ones counted: what converted.
create temp table journeys as
with pairs as (
    select * from touch_pairs
    union all
    select * from crowded_pairs
),

sequences as (
    select
        order_number,
        list((kind % getvariable('channels'))::integer order by age_us desc, kind asc) as steps
    from pairs
    group by order_number
)

select
    sequences.steps,
    count(*) as conversions, sum(orders.micros) as micros, 0 as lost
from sequences
inner join orders on sequences.order_number = orders.order_number
group by sequences.steps
