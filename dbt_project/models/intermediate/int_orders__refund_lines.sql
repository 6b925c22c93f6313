{{ config(materialized='days', meta={'day_column': 'refund_date', 'subjects': ['refunds']}) }}
-- depends_on: {{ ref('int_changes__days') }}

with refunds as (

    select * from {{ ref('int_orders__refunds') }}
    where {{ in_batch('refund_date') }}

),

order_lines as (

    select * from {{ ref('int_orders__lines') }}
    where order_id in (select refunds.order_id from refunds)

),

orders as (

    select * from {{ ref('stg_shopify__orders') }}
    where order_id in (select refunds.order_id from refunds)

),

listed as (

    select
        order_id,
        unnest(refunds::json[]) as refund
    from orders

),

by_line as (

    select
        refund ->> '$.id' as refund_id,
        unnest((refund -> '$.refundLineItems.nodes')::json[]) as item
    from listed
    where refund ->> '$.refundLineItems.nodes[0].quantity' is not null

),

named as (

    -- Cents in shop money; the API names what came back line by line, and the shipping apart.
    select
        refund_id,
        item ->> '$.lineItem.id' as line_id,
        sum((item ->> '$.quantity')::bigint) as units,
        sum(((item ->> '$.subtotalSet.shopMoney.amount')::decimal(18, 4) * 100)::bigint)::bigint as cents
    from by_line
    group by all
    union all
    select
        refund ->> '$.id' as refund_id,
        '(shipping)' as line_id,
        0 as units,
        (list_sum(
            (refund ->> '$.refundShippingLines.nodes[*].subtotalAmountSet.shopMoney.amount')::decimal(18, 4)[]
        ) * 100)::bigint as cents
    from listed
    where refund ->> '$.refundShippingLines.nodes[0].subtotalAmountSet' is not null

),

weighed as (

    -- Adjustments follow the lines named; a refund that names none follows the order's own lines.
    select
        refunds.refund_id,
        refunds.order_id,
        refunds.refund_date,
        refunds.refund_amount,
        order_lines.shop_id,
        order_lines.order_date,
        order_lines.is_counted,
        order_lines.source_name,
        order_lines.line_id,
        order_lines.line_kind,
        order_lines.sku,
        order_lines.product_name,
        order_lines.gross_revenue,
        order_lines.tax,
        named.line_id is not null as is_named,
        bool_or(named.line_id is not null) over (partition by refunds.refund_id) as has_names,
        coalesce(named.units, 0) as units,
        greatest(coalesce(named.cents, 0), 0) as named_cents
    from refunds
    inner join order_lines on refunds.order_id = order_lines.order_id
    left join named on refunds.refund_id = named.refund_id and order_lines.line_id = named.line_id

),

shared as (

    select
        *,
        {{ proportional_share(
            '(refund_amount * 100)::bigint',
            'if(has_names, named_cents, (gross_revenue * 100)::bigint)',
            'refund_id', 'is_named desc, line_kind, line_id'
        ) }} as refund_cents
    from weighed

),

chosen as (

    -- The tax given back is in the proportion in which the line was taxed.
    select
        refund_id, order_id, shop_id, order_date, refund_date, is_counted, source_name,
        line_id, line_kind, sku, product_name, units,
        (refund_cents * 0.01)::decimal(18, 4) as refund_amount,
        round(refund_cents * 0.01 * coalesce({{ ratio('tax', 'gross_revenue') }}, 0), 4)::decimal(18, 4) as refund_tax
    from shared
    where refund_cents != 0 or units != 0

)

select * from chosen
