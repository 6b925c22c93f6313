{{ config(materialized='view') }}

with orders as (

    select * from {{ ref('int_orders__counted') }}
    where is_counted and source_name = 'web'

),

postal_regions as (

    select * from {{ ref('postal_regions') }}

),

placed as (

    select
        orders.order_id,
        orders.order_date,
        orders.gross_revenue,
        coalesce(orders.ship_country, '(unknown)') as country,
        coalesce(by_area.region, by_country.region, '(unknown)') as region
    from orders
    left join postal_regions as by_area
        on orders.ship_country = by_area.country and orders.ship_zip_area = by_area.zip_area
    left join postal_regions as by_country
        on orders.ship_country = by_country.country and by_country.zip_area = '*'

)

select * from placed
