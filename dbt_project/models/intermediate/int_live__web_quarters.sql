with web_quarters as (

    select * from {{ ref('int_web__quarter_hours') }}

),

orders as (

    -- Orders of the website itself: till, drafts and what apps copy in have other sources.
    select * from {{ ref('int_orders__counted') }}
    where is_counted and source_name = 'web'

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
