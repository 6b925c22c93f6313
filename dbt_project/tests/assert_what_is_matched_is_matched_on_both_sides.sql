-- What a day's claims and a day's orders have in common is the same units and the same money on both sides, and what
-- is shifted from one day to another adds up to the same over all days, by ad account.
with ledger_lines as (

    select * from {{ ref('attr_reconciliation_daily') }}
    where reason in ('matched', 'day shift', 'GMV Max halo') and side in ('claim', 'order')

),

by_side as (

    select
        scope,
        advertiser_id,
        reason,
        if(reason = 'matched', report_date, null) as report_date,
        sum(if(side = 'claim', units, -units)) as units_gap,
        sum(if(side = 'claim', value, -value)) as value_gap
    from ledger_lines
    group by all

)

select * from by_side
where units_gap != 0 or value_gap != 0
