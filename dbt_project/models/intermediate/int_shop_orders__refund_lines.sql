with refunds as (

    select * from {{ ref('int_shop_orders__refunds') }}

),

returned as (

    select * from {{ ref('stg_tiktok_shop__returns') }}

),

cancelled as (

    select * from {{ ref('stg_tiktok_shop__cancellations') }}

),

order_lines as (

    select * from {{ ref('int_shop_orders__lines') }}

),

listed as (

    select
        return_id as refund_id,
        unnest(return_line_items::json[]) as item
    from returned
    union all
    select
        cancel_id as refund_id,
        unnest(cancel_line_items::json[]) as item
    from cancelled

),

named as (

    select
        listed.refund_id,
        listed.item ->> '$.order_line_item_id' as line_id,
        any_value(nullif(trim(listed.item ->> '$.seller_sku'), '')) as sku,
        any_value(listed.item ->> '$.product_name') as product_name,
        count(*) as units,
        sum((coalesce((listed.item ->> '$.refund_amount.refund_subtotal')::decimal(18, 4), 0) * 100)::bigint)::bigint
            as cents
    from listed
    inner join refunds on listed.refund_id = refunds.refund_id
    group by all

),

candidates as (

    -- What the request names; where it names nothing, the order's own lines by value; and one row
    -- that takes the money of a request that names nothing of an order that was never landed.
    select refund_id, line_id, 'product' as line_kind, sku, product_name, units, cents
    from named
    union all by name
    select refund_id, '(shipping)' as line_id, 'shipping' as line_kind, (refund_shipping * 100)::bigint as cents
    from refunds
    where refund_shipping > 0
    union all by name
    select
        refunds.refund_id,
        order_lines.line_id,
        order_lines.line_kind,
        order_lines.sku,
        order_lines.product_name,
        (order_lines.gross_revenue * 100)::bigint as cents
    from refunds
    inner join order_lines on refunds.order_id = order_lines.order_id
    where
        refunds.refund_id not in (select named.refund_id from named)
        and not (order_lines.line_kind = 'shipping' and coalesce(refunds.refund_shipping, 0) > 0)
    union all by name
    select refund_id, '(no line)' as line_id, 'product' as line_kind, 0 as cents
    from refunds

),

shared as (

    select
        refunds.*,
        candidates.line_id,
        candidates.line_kind,
        candidates.sku,
        candidates.product_name,
        candidates.units,
        {{ proportional_share(
            '(refunds.refund_amount * 100)::bigint', 'candidates.cents', 'refunds.refund_id',
            "candidates.line_id = '(no line)', candidates.line_kind, candidates.line_id"
        ) }} as refund_cents
    from refunds
    inner join candidates on refunds.refund_id = candidates.refund_id

),

chosen as (

    -- The tax given back is in the proportion in which the unit was taxed.
    select
        shared.refund_id, shared.order_id, shared.shop_id, shared.order_date, shared.refund_date, shared.is_counted,
        shared.line_id, shared.line_kind,
        coalesce(shared.sku, order_lines.sku) as sku,
        coalesce(shared.product_name, order_lines.product_name) as product_name,
        coalesce(shared.units, 0) as units,
        (shared.refund_cents * 0.01)::decimal(18, 4) as refund_amount,
        round(
            shared.refund_cents * 0.01 * {{ ratio('order_lines.tax', 'order_lines.gross_revenue') }}, 4
        )::decimal(18, 4) as refund_tax
    from shared
    left join order_lines on shared.order_id = order_lines.order_id and shared.line_id = order_lines.line_id
    where shared.refund_cents != 0 or shared.units != 0

)

select * from chosen
