{#-
  Why a landed Shopify order is set apart, null for a good one: an instant or an amount that can't be
  read, a total below zero, or a day that had not come when it was pulled.
-#}
{% macro order_fault() -%}
    {%- set total = '"totalPriceSet" ->> \'$.shopMoney.amount\'' -%}
    {%- set lines = '"lineItems" ->> \'$.nodes[*].originalUnitPriceSet.shopMoney.amount\'' -%}
    {%- set refunded = "refunds ->> '$[*].totalRefundedSet.shopMoney.amount'" -%}
    case
        when try_cast("processedAt" as timestamptz) is null then 'unreadable date'
        when try_cast("processedAt" as timestamptz) > _pulled_at + interval 1 day then 'dated after its pull'
        when
            try_cast({{ total }} as decimal(18, 4)) is null
            or len(list_filter(
                list_concat(
                    [
                        "totalTaxSet" ->> '$.shopMoney.amount',
                        "totalShippingPriceSet" ->> '$.shopMoney.amount',
                        "totalDiscountsSet" ->> '$.shopMoney.amount'
                    ],
                    {{ lines }}, {{ refunded }}
                ),
                sent -> sent is not null and try_cast(sent as decimal(18, 4)) is null
            )) > 0
            then 'unreadable amount'
        when try_cast({{ total }} as decimal(18, 4)) < 0 then 'negative amount'
    end
{%- endmacro %}
