with orders as (

    select * from {{ ref('stg_shopify__orders') }}

),

counted as (

    select * from {{ ref('int_orders__counted') }}

),

touches as (

    select * from {{ ref('int_journeys__order_touches') }}
    where touch_number = touches

),

copies as (

    select * from {{ ref('int_orders__shop_copies') }}

),

owned as (

    -- Nobody knows whose an order without a customer is: it stands for itself.
    select
        counted.order_id,
        counted.order_date,
        counted.ordered_at,
        counted.is_counted,
        counted.is_new_customer,
        orders.customer_id,
        coalesce(orders.customer_id, counted.order_id) as buyer_id
    from counted
    inner join orders on counted.order_id = orders.order_id

),

judged as (

    -- The oldest order we hold tells whether all of a customer's orders are here, also when it was
    -- cancelled: then the first counted one is the first counted one ever.
    select
        *,
        first_value(is_new_customer) over (partition by buyer_id order by ordered_at, order_id) as has_whole_history
    from owned

),

first_orders as (

    select *
    from judged
    where is_counted
    qualify row_number() over (partition by buyer_id order by ordered_at, order_id) = 1

),

acquired as (

    select
        first_orders.buyer_id,
        first_orders.customer_id,
        first_orders.order_id as acquisition_order_id,
        first_orders.order_date as acquisition_date,
        case
            when first_orders.customer_id is null then '(unknown customer)'
            when first_orders.has_whole_history is null then '(first order unknown)'
            when not first_orders.has_whole_history then '(acquired earlier)'
            when copies.order_id is not null then 'TikTok Shop'
            else coalesce(touches.channel, '(unobserved)')
        end as acquisition_channel
    from first_orders
    left join touches on first_orders.order_id = touches.order_id
    left join copies on first_orders.order_id = copies.order_id

)

select * from acquired
