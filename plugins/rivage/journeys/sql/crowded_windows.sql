-- Per order of a crowded user and kind of touch: how many touches the window holds, the oldest and
-- newest of them, and their decayed weight relative to that newest one.
create temp table crowded_windows as
with kinds as (
    select distinct user_id, kind from crowded_instants
),

asked as (
    select
        orders.order_number, orders.user_id, orders.ordered_us, kinds.kind,
        orders.ordered_us - least(
            orders.reach_us,
            getvariable('type_reach_us')[kinds.kind // getvariable('channels') + 1]
        ) as since_us
    from orders
    inner join kinds
        on orders.user_id = kinds.user_id
    where orders.is_crowded
),

newest as (
    select
        asked.*, instants.touched_us as newest_us, instants.first_us, instants.block,
        instants.touches_so_far, instants.faded_so_far, instants.block_before_faded,
        greatest(asked.since_us, instants.touched_us - getvariable('block_us')) as faded_since_us
    from asked
    asof join crowded_instants as instants
        on
        asked.user_id = instants.user_id and asked.kind = instants.kind
        and asked.ordered_us >= instants.touched_us
    where instants.touched_us >= asked.since_us
),

before_window as (
    select
        newest.*,
        coalesce(instants.touches_so_far, 0) as touches_before,
        coalesce(instants.next_us, newest.first_us) as oldest_us
    from newest
    asof left join crowded_instants as instants
        on
        newest.user_id = instants.user_id and newest.kind = instants.kind
        and newest.since_us > instants.touched_us
),

before_fading as (
    select
        before_window.*,
        instants.block as block_before,
        coalesce(instants.faded_so_far, 0) as faded_before
    from before_window
    asof left join crowded_instants as instants
        on
        before_window.user_id = instants.user_id and before_window.kind = instants.kind
        and before_window.faded_since_us > instants.touched_us
)

select
    order_number, kind,
    touches_so_far - touches_before as touches,
    ordered_us - oldest_us as oldest_age_us,
    ordered_us - newest_us as newest_age_us,
    case
        when block_before = block then faded_so_far - faded_before
        else
            faded_so_far
            + (block_before_faded - if(block_before = block - 1, faded_before, 0))
            * pow(2, -getvariable('block_us') / getvariable('half_life_us'))
    end * pow(
        2, ((block + 1) * getvariable('block_us') - newest_us) / getvariable('half_life_us')
    ) as faded
from before_fading
