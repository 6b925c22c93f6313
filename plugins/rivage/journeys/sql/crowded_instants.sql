-- Touches of users with many orders: instants with running counts, so that a window is the
-- difference of two look-ups and never a list of touches.
--
-- `faded` runs within blocks of 64 half-lives: the weight 2^((touched - end of block) / half-life)
-- stays between 2^-64 and 1, and whatever is older than a block weighs nothing beside the newest.
create temp table crowded_instants as
with crowded_users as (
    select distinct user_id from orders
    where is_crowded
),

instants as (
    select
        touches.user_id, touches.touched_us,
        enum_code(touches.touch_type::type_name)::integer * getvariable('channels')
        + enum_code(touches.channel::channel_name)::integer as kind,
        count(*) as touches
    from touches
    semi join crowded_users on touches.user_id = crowded_users.user_id
    group by all
),

blocks as (
    select *, touched_us // getvariable('block_us') as block from instants
),

faded as (
    select
        *,
        touches * pow(
            2, (touched_us - (block + 1) * getvariable('block_us')) / getvariable('half_life_us')
        ) as faded_touches
    from blocks
),

block_sums as (
    select user_id, kind, block, sum(faded_touches order by touched_us) as block_faded
    from faded
    group by all
)

select
    faded.user_id, faded.kind, faded.touched_us, faded.block,
    sum(faded.touches) over so_far as touches_so_far,
    sum(faded.faded_touches) over in_block as faded_so_far,
    first_value(faded.touched_us) over so_far as first_us,
    lead(faded.touched_us) over so_far as next_us,
    coalesce(block_sums.block_faded, 0) as block_before_faded
from faded
left join block_sums
    on
    faded.user_id = block_sums.user_id and faded.kind = block_sums.kind
    and faded.block - 1 = block_sums.block
window
    so_far as (partition by faded.user_id, faded.kind order by faded.touched_us),
    in_block as (partition by faded.user_id, faded.kind, faded.block order by faded.touched_us)
