with web_orders as (

    select * from {{ ref('int_orders__counted') }}

),

placed as (

    select
        order_id,
        shop_id,
        customer_id
    from {{ ref('stg_shopify__orders') }}

),

copies as (

    select * from {{ ref('int_orders__shop_copies') }}

),

shop_orders as (

    select * from {{ ref('int_shop_orders__counted') }}

),

orders as (

    select
        web_orders.order_date as report_date,
        'web' as channel,
        placed.shop_id,
        placed.customer_id as buyer_id,
        web_orders.source_name = 'web' as is_online,
        web_orders.is_new_customer,
        if(
            web_orders.is_counted and copies.order_id is not null, 'copy', web_orders.exclusion_reason
        ) as exclusion_reason,
        null as is_paid
    from web_orders
    inner join placed on web_orders.order_id = placed.order_id
    left join copies on web_orders.order_id = copies.order_id
    union all
    select
        order_date as report_date,
        'tiktok_shop' as channel,
        shop_id,
        buyer_id_sha256 as buyer_id,
        true as is_online,
        null as is_new_customer,
        exclusion_reason,
        is_paid
    from shop_orders

),

by_day as (

    select
        report_date,
        channel,
        shop_id,
        count(*) filter (where exclusion_reason is null) as orders,
        count(*) filter (where exclusion_reason is null and is_online) as online_orders,
        count(*) filter (where exclusion_reason is null and is_new_customer) as new_customer_orders,
        count(distinct buyer_id) filter (where exclusion_reason is null) as known_buyers,
        count(*) filter (where exclusion_reason is null and buyer_id is null) as orders_without_buyer,
        count(*) filter (where exclusion_reason = 'cancelled') as cancelled_orders,
        count(*) filter (where exclusion_reason = 'cancelled' and is_paid) as cancelled_after_payment_orders,
        count(*) filter (where exclusion_reason in ('unpaid', 'voided', 'expired')) as unpaid_orders,
        count(*) filter (where exclusion_reason = 'test') as test_orders,
        count(*) filter (where exclusion_reason = 'copy') as duplicate_orders_removed,
        count(*) filter (where exclusion_reason = 'sample') as sample_orders,
        count(*) filter (where exclusion_reason = 'replacement') as replacement_orders
    from orders
    group by all

)

select * from by_day
