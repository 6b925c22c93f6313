-- Whole numbers that all rules by place need: touches and orders per channel, by length of journey
-- and by standing in it. Sums of whole numbers are the same whichever thread adds them.
with shares as (
    select
        'touch' as standing, windows.kind % getvariable('channels') as channel,
        order_ends.touches as length,
        sum(windows.touches) as times, sum(windows.touches * order_ends.micros) as micros
    from windows
    inner join order_ends on windows.order_number = order_ends.order_number
    group by all
),

ends as (
    select
        unnest(['first', 'last', 'last_non_direct']) as standing,
        unnest([first_channel, last_channel, last_not_direct_channel]) as channel,
        touches as length, micros
    from order_ends
),

end_sums as (
    select standing, channel, length, count(*) as times, sum(micros) as micros
    from ends
    group by all
),

all_sums as (
    select * from shares
    union all
    select * from end_sums
)

select standing, channel, length, times, micros from all_sums
order by standing, channel, length
