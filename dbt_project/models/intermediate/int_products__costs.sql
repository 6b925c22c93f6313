with variants as (

    select * from {{ ref('stg_shopify__products') }}

),

known as (

    -- A code listed twice costs what the variant with a cost says.
    select
        sku,
        snapshot_date,
        unit_cost_cost_currency,
        cost_currency
    from variants
    where sku is not null
    qualify row_number() over (
        partition by sku, snapshot_date
        order by unit_cost_cost_currency is null, shop_id, variant_id
    ) = 1

),

dated as (

    -- Before the first snapshot nobody looked: the first one is taken, and said to be.
    select
        sku,
        if(
            row_number() over (partition by sku order by snapshot_date) = 1, date '1900-01-01', snapshot_date
        ) as valid_from,
        snapshot_date as seen_date,
        unit_cost_cost_currency,
        cost_currency
    from known

)

select * from dated
