with web_quarters as (

    select * from {{ ref('int_web__quarter_hours') }}

),

orders as (

    select * from {{ ref('int_orders__counted') }}
    where is_counted and source_name = 'web'

),

copies as (

    select * from {{ ref('int_orders__shop_copies') }}

),

happened as (

    select
        quarter_at,
        sessions,
        0 as orders,
        0::decimal(18, 4) as revenue
    from web_quarters
    union all
    select
        time_bucket(interval 15 minutes, ordered_at) as quarter_at,
        0 as sessions,
        1 as orders,
        gross_revenue as revenue
    from orders
    where order_id not in (select copies.order_id from copies)

),

by_quarter as (

    select
        quarter_at,
        sum(sessions)::bigint as sessions,
        sum(orders)::bigint as orders,
        sum(revenue)::decimal(18, 4) as revenue
    from happened
    group by all

)

select * from by_quarter
