with order_facts as (

    select * from {{ ref('int_creators__order_facts') }}

),

order_days as (

    select
        report_date,
        creator_key,
        count_if(is_by_code) as promo_code_orders,
        sum(gross_revenue) filter (where is_by_code) as promo_code_revenue,
        count_if(is_by_visit) as utm_orders,
        sum(gross_revenue) filter (where is_by_visit) as utm_revenue,
        count_if(shop = 'tiktok shop') as affiliate_orders,
        sum(gross_revenue) filter (where shop = 'tiktok shop') as affiliate_revenue,
        count_if(is_by_code and is_by_visit) as promo_code_and_utm_orders,
        count_if(not is_owner) as orders_of_another_creator,
        count_if(is_owner and shop in ('web shop', 'tiktok shop')) as orders_any,
        sum(gross_revenue) filter (where is_owner) as revenue_any,
        sum(refunds) as refunds,
        sum(discount) as promo_discount,
        sum(contract_commission) as contract_commission,
        sum(affiliate_commission) as affiliate_commission,
        sum(gross_revenue * gross_revenue) filter (where is_owner) as squared_revenue,
        max(gross_revenue) filter (where is_owner) as largest_order
    from order_facts
    group by all

)

select * from order_days
