{{ config(materialized='days', meta={'day_column': 'order_date', 'subjects': ['orders']}) }}
-- depends_on: {{ ref('int_changes__days') }}

with orders as (

    select * from {{ ref('int_orders__counted') }}
    where is_counted and {{ in_batch('order_date') }}

),

placed as (

    select * from {{ ref('stg_shopify__orders') }}
    where len(discount_codes) > 0 and {{ in_batch(reporting_date('ordered_at')) }}

),

rates as (

    select * from {{ ref('int_rates__daily') }}

),

typed as (

    select
        order_id,
        upper(trim(unnest(discount_codes))) as code,
        generate_subscripts(discount_codes, 1) as code_number
    from placed

),

applications as (

    -- Which number the order's lines know a code by.
    select
        order_id,
        unnest(from_json(discount_applications, '[{"index": "INTEGER", "code": "VARCHAR"}]')) as application
    from placed

),

lines as (

    select
        order_id,
        unnest(json_extract(line_items, '$[*].discountAllocations[*]')) as allocation
    from placed

),

allocated as (

    select
        lines.order_id,
        upper(trim(applications.application.code)) as code,
        sum((lines.allocation ->> '$.allocatedAmountSet.shopMoney.amount')::decimal(18, 4)) as amount
    from lines
    inner join applications
        on lines.order_id = applications.order_id
        and (lines.allocation ->> '$.discountApplication.index')::integer = applications.application.index
    group by all

),

codes as (

    select
        order_id,
        code,
        min(code_number) as first_number
    from typed
    group by all

),

chosen as (

    select
        orders.order_id,
        orders.order_date,
        codes.code,
        row_number() over (partition by orders.order_id order by codes.first_number) as code_number,
        round(
            coalesce(allocated.amount, 0)
            * {{ rate_or_stop('placed.shop_currency', 'orders.order_date', 'rates.exchange_rate') }},
            4
        )::decimal(18, 4) as discount
    from orders
    inner join placed on orders.order_id = placed.order_id
    inner join codes on orders.order_id = codes.order_id
    left join allocated on codes.order_id = allocated.order_id and codes.code = allocated.code
    left join rates on placed.shop_currency = rates.currency and orders.order_date = rates.rate_date

)

select * from chosen
