with order_lines as (

    select * from {{ ref('int_orders__lines') }}
    where is_counted

),

refund_lines as (

    select * from {{ ref('int_orders__refund_lines') }}
    where is_counted

),

costs as (

    select * from {{ ref('int_products__costs') }}

),

rates as (

    select * from {{ ref('int_rates__daily') }}

),

listed as (

    -- Double entry: a line is booked on its order's day, what comes back on the refund's.
    select
        order_id,
        order_id as entry_id,
        'order' as entry,
        order_date,
        order_date as entry_date,
        sku,
        units,
        gross_revenue,
        tax,
        0 as refund_amount,
        0 as refund_tax
    from order_lines
    union all
    -- What comes back is rarely sold again: its cost stays.
    select
        order_id,
        refund_id as entry_id,
        'refund' as entry,
        order_date,
        refund_date as entry_date,
        sku,
        0 as units,
        0 as gross_revenue,
        0 as tax,
        refund_amount,
        refund_tax
    from refund_lines

),

as_of as (

    -- A refund looks the cost up on its order's day, so that both know it or neither does.
    select
        listed.*,
        costs.unit_cost_cost_currency,
        costs.cost_currency,
        costs.unit_cost_cost_currency is not null and listed.tax is not null as is_costed
    from listed
    asof left join costs
        on listed.sku = costs.sku and listed.order_date >= costs.valid_from

),

costed as (

    select
        as_of.*,
        if(
            as_of.is_costed,
            round(as_of.units * as_of.unit_cost_cost_currency * {{ rate_or_stop(
                'as_of.cost_currency', 'as_of.order_date', 'rates.exchange_rate'
            ) }}, 4), null
        ) as cost_of_goods
    from as_of
    left join rates on as_of.cost_currency = rates.currency and as_of.order_date = rates.rate_date

),

by_entry as (

    select
        order_id,
        entry_id,
        entry,
        entry_date,
        sum(gross_revenue)::decimal(18, 4) as gross_revenue,
        sum(refund_amount)::decimal(18, 4) as refunds,
        coalesce(sum(gross_revenue) filter (where is_costed), 0)::decimal(18, 4) as costed_revenue,
        (sum(
            gross_revenue - tax - cost_of_goods - refund_amount + refund_tax
        ) filter (where is_costed))::decimal(18, 4) as margin
    from costed
    group by all

)

select * from by_entry
