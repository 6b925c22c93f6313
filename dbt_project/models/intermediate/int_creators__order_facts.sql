with web_orders as (

    select * from {{ ref('int_creators__web_orders') }}

),

shop_orders as (

    select * from {{ ref('int_creators__shop_orders') }}

),

refunds as (

    select * from {{ ref('int_orders__refunds') }}

),

contracts as (

    select * from {{ ref('stg_inputs__creator_contracts') }}

),

web_facts as (

    -- Once for each creator the order names; list_distinct leaves null out.
    select
        web_orders.order_date as report_date,
        web_orders.order_id,
        named.creator_key,
        'web shop' as shop,
        named.creator_key = web_orders.creator_key as is_owner,
        named.creator_key = web_orders.code_creator_key as is_by_code,
        named.creator_key = web_orders.visit_creator_key as is_by_visit,
        web_orders.gross_revenue,
        if(is_by_code, web_orders.discount, 0)::decimal(18, 4) as discount
    from web_orders
    cross join unnest(list_distinct([web_orders.code_creator_key, web_orders.visit_creator_key]))
        as named (creator_key)

),

refund_facts as (

    -- A refund stands on its own day and counts no order.
    select
        refunds.refund_date as report_date,
        web_orders.order_id,
        web_orders.creator_key,
        'web shop refund' as shop,
        true as is_owner,
        sum(refunds.refund_amount)::decimal(18, 4) as refunds
    from refunds
    inner join web_orders on refunds.order_id = web_orders.order_id
    group by all

),

affiliate_facts as (

    select
        order_date as report_date,
        order_id,
        creator_key,
        'tiktok shop' as shop,
        true as is_owner,
        sum(gross_revenue)::decimal(18, 4) as gross_revenue,
        sum(commission)::decimal(18, 4) as affiliate_commission
    from shop_orders
    group by all

),

affiliate_refund_facts as (

    select
        refund_date as report_date,
        order_id,
        creator_key,
        'tiktok shop refund' as shop,
        true as is_owner,
        sum(refund_amount)::decimal(18, 4) as refunds
    from shop_orders
    where refund_date is not null
    group by all

),

facts as (

    select * from web_facts
    union all by name
    select * from refund_facts
    union all by name
    select * from affiliate_facts
    union all by name
    select * from affiliate_refund_facts

),

completed as (

    select
        * replace (
            coalesce(is_by_code, false) as is_by_code,
            coalesce(is_by_visit, false) as is_by_visit,
            coalesce(gross_revenue, 0) as gross_revenue,
            coalesce(refunds, 0) as refunds,
            coalesce(discount, 0) as discount,
            coalesce(affiliate_commission, 0) as affiliate_commission
        )
    from facts

),

with_commission as (

    -- The contract in force on the order's day; a refund takes its commission back.
    select
        completed.*,
        if(
            web_orders.order_id is not null and completed.is_owner,
            round(coalesce(contracts.commission_rate, 0) * (completed.gross_revenue - completed.refunds), 4), 0
        )::decimal(18, 4) as contract_commission
    from completed
    left join web_orders on completed.order_id = web_orders.order_id and completed.shop like 'web shop%'
    left join contracts
        on completed.creator_key = contracts.creator_key
        and web_orders.order_date between contracts.contract_start_date
        and coalesce(contracts.contract_end_date, web_orders.order_date)

)

select * from with_commission
