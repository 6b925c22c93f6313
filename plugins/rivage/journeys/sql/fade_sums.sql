-- Per channel the shares of orders and money by time decay, in units of 2^-50.
with shares as (
    select
        windows.kind % getvariable('channels') as channel, order_ends.micros,
        (
            windows.faded * pow(
                2, (order_ends.newest_age_us - windows.newest_age_us) / getvariable('half_life_us')
            ) * pow(2, 60) / order_fades.faded * pow(2, 50)
        )::bigint as share
    from windows
    inner join order_ends on windows.order_number = order_ends.order_number
    inner join order_fades on windows.order_number = order_fades.order_number
)

select
    channel,
    sum(share)::double / pow(2, 50) as times,
    sum(share::hugeint * micros)::double / pow(2, 50) as micros
from shares
group by channel
order by channel
