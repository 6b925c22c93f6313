with sold as (

    select * from {{ ref('int_products__sold') }}

),

costs as (

    select * from {{ ref('int_products__costs') }}

),

commissions as (

    select * from {{ ref('int_shop_orders__commissions') }}
    where coalesce(is_counted, true)

),

rates as (

    select * from {{ ref('int_rates__daily') }}

),

as_of as (

    -- The cost known on the day, as in kpi_product_daily.
    select
        sold.report_date,
        sold.gross_revenue,
        sold.gross_revenue - sold.refunds - sold.tax + sold.refund_tax as goods_revenue,
        sold.units * costs.unit_cost_cost_currency as cost_cost_currency,
        costs.cost_currency
    from sold
    asof left join costs on sold.product_key = costs.sku and sold.report_date >= costs.valid_from

),

costed as (

    -- Only where revenue without tax and cost are both known; all else is left out of both.
    select
        as_of.report_date,
        as_of.gross_revenue,
        as_of.goods_revenue,
        round(
            as_of.cost_cost_currency
            * {{ rate_or_stop('as_of.cost_currency', 'as_of.report_date', 'rates.exchange_rate') }},
            4
        ) as cost_of_goods
    from as_of
    left join rates on as_of.cost_currency = rates.currency and as_of.report_date = rates.rate_date
    where as_of.cost_cost_currency is not null and as_of.goods_revenue is not null

),

goods_by_day as (

    select
        report_date,
        sum(gross_revenue) as costed_revenue,
        sum(cost_of_goods) as cost_of_goods,
        sum(goods_revenue - cost_of_goods) as goods_margin
    from costed
    group by all

),

figures as (

    select report_date, 'costed_revenue' as figure, costed_revenue::decimal(18, 4) as amount from goods_by_day
    union all
    select report_date, 'cost_of_goods' as figure, cost_of_goods::decimal(18, 4) as amount from goods_by_day
    union all
    select report_date, 'goods_margin' as figure, goods_margin::decimal(18, 4) as amount from goods_by_day
    union all
    select order_date as report_date, 'commissions' as figure, sum(commission)::decimal(18, 4) as amount
    from commissions
    group by all

)

select * from figures
