with landed as (

    select * from {{ source('landing', 'shopify__products') }}

),

newest as (

    -- Every snapshot is kept in landing; each of them says what a unit cost on its day.
    select *
    from landed
    qualify row_number() over (
        partition by _account_id, id, _window_start
        order by _pulled_at desc, _pull_id desc, hash(landed)
    ) = 1

),

by_variant as (

    select
        newest.*,
        unnest((variants -> '$.nodes')::json[]) as variant
    from newest

),

renamed as (

    select
        _account_id as shop_id,
        _window_start as snapshot_date,
        id as product_id,
        variant ->> '$.id' as variant_id,
        {{ cleaned("variant ->> '$.sku'") }} as sku,
        {{ cleaned('title') }} as product_title,
        {{ cleaned("variant ->> '$.title'") }} as variant_title,
        {{ cleaned('"productType"') }} as product_type,
        {{ cleaned('status') }} as status,
        (variant ->> '$.price')::decimal(18, 4) as price_shop_currency,
        (variant ->> '$.inventoryItem.unitCost.amount')::decimal(18, 4) as unit_cost_cost_currency,
        variant ->> '$.inventoryItem.unitCost.currencyCode' as cost_currency
    from by_variant

)

select * from renamed
