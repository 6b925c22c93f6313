-- A counted order is in the reporting currency; one that is not would silently be missing.
with orders as (

    select * from {{ ref('int_orders__counted') }}

)

select order_id, order_date, gross_revenue from orders
where exclusion_reason = 'other currency'
