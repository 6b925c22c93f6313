with acquired as (

    select * from {{ ref('int_customers__acquired') }}

),

orders as (

    select * from {{ ref('stg_shopify__orders') }}

),

entries as (

    select * from {{ ref('int_orders__margins') }}

),

horizon as (

    select max(horizon) as last_day from {{ source('ledger', 'stream_status') }}

),

ages as (

    select unnest([0, 7, 30, 60, 90]) as age_days

),

cells as (

    -- A buyer counts at an age only once old enough: all buyers of a cell were watched equally long.
    select
        acquired.buyer_id,
        acquired.customer_id,
        acquired.acquisition_date,
        acquired.acquisition_channel,
        date_trunc('month', acquired.acquisition_date)::date as acquisition_month,
        ages.age_days,
        acquired.acquisition_date + ages.age_days <= horizon.last_day as is_old_enough,
        last_day(acquired.acquisition_date) <= horizon.last_day as is_month_over
    from acquired
    cross join ages
    cross join horizon

),

aged as (

    select
        coalesce(orders.customer_id, orders.order_id) as buyer_id,
        entries.*,
        -- Several refunds of an order are one refunded order.
        entries.entry = 'refund' and row_number() over (
            partition by entries.order_id, entries.entry order by entries.entry_date, entries.entry_id
        ) = 1 as is_first_refund
    from entries
    inner join orders on entries.order_id = orders.order_id

),

by_buyer as (

    select
        cells.*,
        count_if(aged.entry = 'order') as orders,
        count_if(aged.is_first_refund) as refunded_orders,
        sum(aged.gross_revenue) as gross_revenue,
        sum(aged.refunds) as refunds,
        sum(aged.costed_revenue) as costed_revenue,
        sum(aged.margin) as margin
    from cells
    left join aged
        on cells.buyer_id = aged.buyer_id
        and cells.is_old_enough
        and aged.entry_date <= cells.acquisition_date + cells.age_days
    group by all

),

by_cohort as (

    select
        acquisition_month,
        acquisition_channel,
        age_days,
        bool_and(is_old_enough and is_month_over) as is_complete,
        bool_or(is_old_enough) as is_known,
        bool_or(customer_id is not null) as has_customers,
        count(customer_id) as cohort_customers,
        count(customer_id) filter (where is_old_enough) as customers,
        count_if(orders > 1)::bigint as repeat_customers,
        sum(orders)::bigint as orders,
        sum(refunded_orders)::bigint as refunded_orders,
        sum(gross_revenue)::decimal(18, 4) as gross_revenue,
        sum(refunds)::decimal(18, 4) as refunds,
        sum(costed_revenue)::decimal(18, 4) as costed_revenue,
        sum(margin)::decimal(18, 4) as margin
    from by_buyer
    group by all

),

kpis as (

    select
        acquisition_month,
        acquisition_channel,
        age_days::bigint as age_days,
        is_complete,
        if(has_customers, cohort_customers, null) as cohort_customers,
        if(has_customers, customers, null) as customers,
        if(has_customers and is_known, repeat_customers, null) as repeat_customers,
        if(is_known, orders, null) as orders,
        if(is_known, refunded_orders, null) as refunded_orders,
        gross_revenue,
        refunds,
        (gross_revenue - refunds)::decimal(18, 4) as net_revenue,
        costed_revenue,
        margin,
        if(has_customers, {{ ratio('orders', 'customers') }}, null) as orders_per_customer,
        if(has_customers, {{ ratio('net_revenue', 'customers') }}, null) as net_revenue_per_customer,
        if(has_customers, {{ ratio('repeat_customers', 'customers') }}, null) as repeat_rate,
        {{ ratio('refunds', 'gross_revenue') }} as refund_rate,
        {{ ratio('refunded_orders', 'orders') }} as refunded_order_rate,
        {{ ratio('costed_revenue', 'gross_revenue') }} as costed_revenue_rate
    from by_cohort

)

select * from kpis
