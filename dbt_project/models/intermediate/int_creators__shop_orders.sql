with affiliate_lines as (

    select * from {{ ref('stg_tiktok_shop__affiliate_orders') }}

),

shop_orders as (

    select * from {{ ref('stg_tiktok_shop__orders') }}

),

returns as (

    select * from {{ ref('stg_tiktok_shop__returns') }}
    where return_status = 'RETURN_OR_REFUND_REQUEST_COMPLETE'

),

handles as (

    select * from {{ ref('int_creators__handles') }}

),

rates as (

    select * from {{ ref('int_rates__daily') }}

),

dated as (

    select
        *,
        {{ reporting_date('created_at') }} as placed_date
    from affiliate_lines

),

lines as (

    -- Where the shop's own list lacks the order, a commission that can't be earned tells that it is off.
    select
        dated.*,
        coalesce(handles.creator_key, '(no creator)') as creator_key,
        {{ rate_or_stop('dated.currency', 'dated.placed_date', 'rates.exchange_rate') }} as rate
    from dated
    left join shop_orders on dated.order_id = shop_orders.order_id
    left join handles on dated.creator_handle_sha256 = handles.creator_sha256
    left join rates on dated.currency = rates.currency and dated.placed_date = rates.rate_date
    where
        if(
            shop_orders.order_id is null,
            dated.settlement_status is distinct from 'INELIGIBLE',
            shop_orders.cancelled_at is null and not coalesce(shop_orders.is_sample, false)
        )

),

return_lines as (

    select
        order_id,
        {{ reporting_date('updated_at') }} as refund_date,
        unnest(from_json(
            return_line_items, '[{"sku_id": "VARCHAR", "refund_amount": {"refund_subtotal": "VARCHAR"}}]'
        )) as item
    from returns

),

refunds as (

    select
        order_id,
        item.sku_id,
        max(refund_date) as refund_date,
        sum((item.refund_amount.refund_subtotal)::decimal(18, 4)) as amount
    from return_lines
    group by all

),

booked as (

    -- An estimate until TikTok settles; nothing for what can't be earned any more.
    select
        lines.order_id,
        lines.sku_id,
        lines.placed_date as order_date,
        lines.creator_key,
        lines.content_id as item_id,
        lines.units,
        round(lines.price_account_currency * lines.units * lines.rate, 4)::decimal(18, 4) as gross_revenue,
        case
            when refunds.order_id is not null
                then round(least(refunds.amount, lines.price_account_currency * lines.units) * lines.rate, 4)
        end::decimal(18, 4) as refund_amount,
        refunds.refund_date,
        lines.settlement_status = 'SETTLED' as is_settled,
        round(
            case
                when lines.settlement_status = 'SETTLED'
                    then
                        coalesce(lines.actual_commission_account_currency, 0)
                        + coalesce(lines.actual_shop_ads_commission_account_currency, 0)
                when lines.settlement_status = 'INELIGIBLE' then 0
                else
                    coalesce(lines.estimated_commission_account_currency, 0)
                    + coalesce(lines.estimated_shop_ads_commission_account_currency, 0)
            end * lines.rate, 4
        )::decimal(18, 4) as commission
    from lines
    left join refunds on lines.order_id = refunds.order_id and lines.sku_id = refunds.sku_id

)

select * from booked
