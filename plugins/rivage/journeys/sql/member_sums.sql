-- Orders per channel that took part in them, by the number of channels that did.
with members as (
    select distinct order_number, kind % getvariable('channels') as channel from windows
),

parties as (
    select order_number, count(*) as size from members
    group by order_number
)

select members.channel, parties.size, count(*) as times, sum(order_ends.micros) as micros
from members
inner join parties on members.order_number = parties.order_number
inner join order_ends on members.order_number = order_ends.order_number
group by all
order by members.channel, parties.size
