with days as (

    select * from {{ ref('int_creators__days') }}

),

summed as (

    select
        report_date,
        creator_key,
        new_posts,
        video_views,
        likes,
        comments,
        shares,
        favorites,
        sessions,
        engaged_sessions,
        promo_code_orders,
        promo_code_revenue,
        utm_orders,
        utm_revenue,
        affiliate_orders,
        affiliate_revenue,
        promo_code_and_utm_orders,
        orders_of_another_creator,
        orders_any,
        revenue_any,
        refunds,
        fee,
        samples_cost,
        shipping_cost,
        contract_commission,
        affiliate_commission,
        shared_cost,
        promo_discount,
        (revenue_any - refunds)::decimal(18, 4) as net_revenue,
        (fee + samples_cost + shipping_cost + shared_cost + contract_commission + affiliate_commission)::decimal(18, 4)
            as paid_cost
    from days

),

kpis as (

    select
        *,
        (paid_cost + promo_discount)::decimal(18, 4) as total_cost,
        {{ ratio('utm_orders', 'sessions') }} as conversion_rate
    from summed

)

select * from kpis
