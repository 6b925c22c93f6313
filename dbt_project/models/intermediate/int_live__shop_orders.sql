with orders as (

    select * from {{ ref('int_shop_orders__counted') }}

),

commissions as (

    select * from {{ ref('int_shop_orders__commissions') }}

),

rooms as (

    select * from {{ ref('int_live__rooms') }}

),

credited as (

    -- TikTok names the room on the order's lines, or as the content a creator's commission is for.
    select
        order_id,
        min(content_id) as room_id
    from commissions
    where content_type = 'LIVE' and content_id is not null
    group by all

),

named as (

    select
        orders.*,
        coalesce(orders.room_id, credited.room_id) as named_room_id
    from orders
    left join credited on orders.order_id = credited.order_id

),

followed as (

    -- The room of the shop that ended last before the order.
    select
        named.*,
        rooms.room_id as ended_room_id,
        named.ordered_at < rooms.ended_at + interval 24 hours as is_within_a_day
    from named
    asof left join rooms on named.shop_id = rooms.shop_id and named.ordered_at >= rooms.ended_at

),

placed as (

    -- One place per order: proven in a room, else within 24 hours after the room that ended last.
    select
        order_id,
        if(named_room_id is not null, 'in_room', 'after_room') as place,
        coalesce(named_room_id, ended_room_id) as room_id,
        ordered_at,
        is_counted,
        is_paid,
        exclusion_reason,
        gross_revenue,
        shipping
    from followed
    where named_room_id is not null or is_within_a_day

)

select * from placed
