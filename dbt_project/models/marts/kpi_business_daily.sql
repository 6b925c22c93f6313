{%- set amounts = [
    'spend', 'gmv_max_spend', 'creator_costs', 'commissions', 'other_costs', 'marketing_costs',
    'gross_revenue', 'refunds', 'net_revenue', 'shop_gmv', 'shop_refunds', 'total_net_revenue',
    'costed_revenue', 'cost_of_goods', 'goods_margin', 'platform_purchase_value', 'tiktok_revenue', 'tiktok_tagged_revenue',
    'tiktok_refunds',
] %}
{%- set counts = ['orders', 'new_customer_orders', 'shop_orders', 'sessions', 'platform_purchases'] %}

with figures as (

    select * from {{ ref('int_figures__daily') }}

),

by_day as (

    -- Every figure stands once a day; a figure without a row is unknown and stays null.
    select
        report_date,
        {%- for figure in amounts %}
        max(amount) filter (where figure = '{{ figure }}') as {{ figure }},
        {%- endfor %}
        {%- for figure in counts %}
        max(amount) filter (where figure = '{{ figure }}')::bigint as {{ figure }},
        {%- endfor %}
        count(*) as known_figures
    from figures
    group by all

),

kpis as (

    select
        * exclude (known_figures),
        (tiktok_revenue - tiktok_refunds)::decimal(18, 4) as tiktok_net_revenue,
        (goods_margin - marketing_costs)::decimal(18, 4) as margin_after_marketing,
        {{ ratio('marketing_costs', 'orders') }} as cost_per_order,
        {{ ratio('marketing_costs', 'new_customer_orders') }} as cost_per_new_customer,
        {{ ratio('gross_revenue', 'orders') }} as average_order_value,
        {{ ratio('new_customer_orders', 'orders') }} as new_customer_rate,
        {{ ratio('platform_purchase_value', 'spend') }} as platform_roas,
        {{ ratio('tiktok_revenue', 'spend') }} as back_office_roas,
        {{ ratio('tiktok_tagged_revenue', 'spend') }} as back_office_roas_tagged,
        {{ ratio('total_net_revenue', 'marketing_costs') }} as mer
    from by_day
    where spend is not null or orders is not null or shop_orders is not null

)

select * from kpis
