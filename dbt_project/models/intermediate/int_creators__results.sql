with days as (

    select * from {{ ref('int_creators__days') }}

),

summed as (

    select
        creator_key,
        {%- for count in [
            'sessions', 'engaged_sessions', 'promo_code_orders', 'utm_orders', 'affiliate_orders',
            'promo_code_and_utm_orders', 'orders_of_another_creator', 'orders_any',
        ] %}
        sum({{ count }})::bigint as {{ count }},
        {%- endfor %}
        {%- for money in [
            'promo_code_revenue', 'utm_revenue', 'affiliate_revenue', 'revenue_any', 'refunds', 'promo_discount',
            'contract_commission', 'affiliate_commission', 'fee', 'samples_cost', 'shipping_cost', 'shared_cost',
        ] %}
        sum({{ money }})::decimal(18, 4) as {{ money }},
        {%- endfor %}
        sum(squared_revenue) as squared_revenue,
        max(largest_order) as largest_order
    from days
    group by all

),

results as (

    select
        *,
        (revenue_any - refunds)::decimal(18, 4) as net_revenue,
        (fee + samples_cost + shipping_cost + shared_cost + contract_commission + affiliate_commission)::decimal(18, 4)
            as paid_cost,
        (paid_cost + promo_discount)::decimal(18, 4) as total_cost
    from summed

)

select * from results
