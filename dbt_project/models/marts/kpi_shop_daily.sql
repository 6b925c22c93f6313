with ordered as (

    select * from {{ ref('int_shops__ordered') }}

),

sold as (

    select * from {{ ref('int_products__sold') }}

),

stated as (

    select * from {{ ref('int_shops__stated') }}

),

affiliate_days as (

    select * from {{ source('ledger', 'stream_status') }}
    where stream = 'tiktok_shop__affiliate_orders'

),

money as (

    select
        report_date,
        channel,
        shop_id,
        sum(units) as units,
        sum(gross_revenue) as gross_revenue,
        coalesce(sum(gross_revenue) filter (where product_key = '(shipping)'), 0) as shipping_revenue,
        sum(discounts) as discounts,
        sum(platform_discounts) as platform_discounts,
        sum(refunds) as refunds,
        sum(commission) as commission
    from sold
    group by all

),

days as (

    select report_date, channel, shop_id from ordered
    union
    select report_date, channel, shop_id from money
    union
    select report_date, channel, shop_id from stated

),

joined as (

    -- A day without orders has 0 of them; what a channel cannot tell stays null.
    select
        days.*,
        {% for name in ['orders', 'online_orders', 'orders_without_buyer', 'cancelled_orders', 'unpaid_orders'] -%}
        coalesce(ordered.{{ name }}, 0)::bigint as {{ name }},
        {% endfor -%}
        {% for name in ['new_customer_orders', 'test_orders', 'duplicate_orders_removed'] -%}
        if(days.channel = 'web', coalesce(ordered.{{ name }}, 0), null)::bigint as {{ name }},
        {% endfor -%}
        {% for name in ['cancelled_after_payment_orders', 'sample_orders', 'replacement_orders'] -%}
        if(days.channel = 'web', null, coalesce(ordered.{{ name }}, 0))::bigint as {{ name }},
        {% endfor -%}
        if(ordered.orders > 0, nullif(ordered.known_buyers, 0), 0)::bigint as buyers,
        coalesce(money.units, 0)::bigint as units,
        {% for name in ['gross_revenue', 'shipping_revenue', 'discounts', 'refunds'] -%}
        coalesce(money.{{ name }}, 0)::decimal(18, 4) as {{ name }},
        {% endfor -%}
        if(days.channel = 'web', null, coalesce(money.platform_discounts, 0))::decimal(18, 4) as platform_discounts,
        if(affiliate_days.stream is null, null, coalesce(money.commission, 0))::decimal(18, 4) as commission,
        stated.platform_orders, stated.platform_units, stated.platform_gmv, stated.platform_shipping_fees,
        stated.platform_refunds, stated.platform_live_gmv, stated.platform_video_gmv,
        stated.platform_customers, stated.platform_visitors, stated.product_impressions, stated.product_clicks
    from days
    left join ordered
        on days.report_date = ordered.report_date and days.channel = ordered.channel
        and days.shop_id = ordered.shop_id
    left join money
        on days.report_date = money.report_date and days.channel = money.channel and days.shop_id = money.shop_id
    left join stated
        on days.report_date = stated.report_date and days.channel = stated.channel and days.shop_id = stated.shop_id
    left join affiliate_days
        on days.channel = 'tiktok_shop' and days.shop_id = affiliate_days.account_id
        and days.report_date between affiliate_days.covered_from and affiliate_days.covered_to

),

kpis as (

    select
        report_date, channel, shop_id,
        orders, online_orders, new_customer_orders, buyers, orders_without_buyer, units,
        gross_revenue, (gross_revenue - shipping_revenue)::decimal(18, 4) as product_revenue, shipping_revenue,
        discounts, platform_discounts, refunds, (gross_revenue - refunds)::decimal(18, 4) as net_revenue, commission,
        {{ ratio('gross_revenue', 'orders') }} as average_order_value,
        {{ ratio('units', 'orders') }} as units_per_order,
        cancelled_orders, cancelled_after_payment_orders, unpaid_orders, test_orders, sample_orders,
        replacement_orders, duplicate_orders_removed,
        platform_orders, platform_units, platform_gmv, platform_shipping_fees, platform_refunds,
        platform_live_gmv, platform_video_gmv, platform_customers, platform_visitors,
        product_impressions, product_clicks,
        {{ ratio('product_clicks', 'product_impressions') }} as click_rate,
        {{ ratio('platform_customers', 'platform_visitors') }} as platform_purchase_rate
    from joined

)

select * from kpis
