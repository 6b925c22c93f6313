with sold as (

    select * from {{ ref('int_products__sold') }}

),

seen as (

    select * from {{ ref('int_products__seen') }}

),

catalogue as (

    select * from {{ ref('int_products__catalogue') }}

),

costs as (

    select * from {{ ref('int_products__costs') }}

),

rates as (

    select * from {{ ref('int_rates__daily') }}

),

affiliate_days as (

    select * from {{ source('ledger', 'stream_status') }}
    where stream = 'tiktok_shop__affiliate_orders'

),

joined as (

    -- Not sold is 0, because orders are known up to the horizon; what only TikTok counts is null elsewhere.
    select
        coalesce(sold.report_date, seen.report_date) as report_date,
        coalesce(sold.channel, seen.channel) as channel,
        coalesce(sold.shop_id, seen.shop_id) as shop_id,
        coalesce(sold.product_key, seen.product_key) as product_key,
        sold.line_name,
        coalesce(sold.orders, 0) as orders,
        coalesce(sold.units, 0) as units,
        coalesce(sold.refunded_units, 0) as refunded_units,
        coalesce(sold.gross_revenue, 0) as gross_revenue,
        coalesce(sold.refunds, 0) as refunds,
        coalesce(sold.gross_revenue, 0) - coalesce(sold.refunds, 0) as net_revenue,
        coalesce(sold.discounts, 0) as discounts,
        if(sold.channel = 'web', null, coalesce(sold.platform_discounts, 0)) as platform_discounts,
        if(sold.product_key is null, 0, sold.tax) as tax,
        if(sold.product_key is null, 0, sold.refund_tax) as refund_tax,
        coalesce(sold.commission, 0) as commission,
        seen.product_impressions,
        seen.product_clicks,
        seen.adds_to_cart,
        seen.platform_orders_as_stated,
        seen.platform_units_as_stated,
        seen.platform_gmv_as_stated
    from sold
    full outer join seen
        on sold.report_date = seen.report_date and sold.channel = seen.channel
        and sold.shop_id = seen.shop_id and sold.product_key = seen.product_key

),

commissioned as (

    -- A commission is 0 where affiliate orders were read and none was owed, null where they were not.
    select joined.* replace (if(affiliate_days.stream is null, null, joined.commission) as commission)
    from joined
    left join affiliate_days
        on joined.channel = 'tiktok_shop' and joined.shop_id = affiliate_days.account_id
        and joined.report_date between affiliate_days.covered_from and affiliate_days.covered_to

),

as_of as (

    select
        commissioned.*,
        costs.seen_date,
        costs.cost_currency,
        costs.unit_cost_cost_currency
    from commissioned
    asof left join costs
        on commissioned.product_key = costs.sku and commissioned.report_date >= costs.valid_from

),

costed as (

    select
        as_of.*,
        coalesce(catalogue.product_name, as_of.line_name, as_of.product_key) as product_name,
        catalogue.product_type,
        if(as_of.unit_cost_cost_currency is null, 0, as_of.units) as units_with_known_cost,
        if(as_of.report_date < as_of.seen_date, units_with_known_cost, 0) as units_costed_later,
        if(
            as_of.unit_cost_cost_currency is not null,
            round(as_of.units * as_of.unit_cost_cost_currency * {{ rate_or_stop(
                'as_of.cost_currency', 'as_of.report_date', 'rates.exchange_rate'
            ) }}, 4), null
        ) as cost_of_goods
    from as_of
    left join catalogue on as_of.product_key = catalogue.sku
    left join rates on as_of.cost_currency = rates.currency and as_of.report_date = rates.rate_date

),

kpis as (

    select
        report_date, channel, shop_id, product_key, product_name, product_type,
        orders::bigint as orders, units::bigint as units, refunded_units::bigint as refunded_units,
        {% for amount in ['gross_revenue', 'refunds', 'net_revenue', 'discounts', 'platform_discounts',
                          'tax', 'refund_tax', 'commission', 'cost_of_goods'] -%}
        {{ amount }}::decimal(18, 4) as {{ amount }},
        {% endfor -%}
        units_with_known_cost::bigint as units_with_known_cost,
        units_costed_later::bigint as units_costed_later,
        (net_revenue - tax + refund_tax - cost_of_goods - if(channel = 'web', 0, commission))::decimal(18, 4) as margin,
        {{ ratio('margin', 'greatest(net_revenue - tax + refund_tax, 0)') }} as margin_rate,
        {{ ratio('gross_revenue', 'orders') }} as average_order_value,
        product_impressions, product_clicks, adds_to_cart,
        {{ ratio('product_clicks', 'product_impressions') }} as click_rate,
        platform_orders_as_stated, platform_units_as_stated, platform_gmv_as_stated
    from costed

)

select * from kpis
