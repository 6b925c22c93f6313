with landed as (

    select * from {{ source('landing', 'shopify__orders') }}

),

renamed as (

    select
        id as order_id,
        "legacyResourceId" as legacy_order_id,
        name as order_name,
        "processedAt"::timestamptz as ordered_at,
        "updatedAt"::timestamptz as updated_at,
        "cancelledAt"::timestamptz as cancelled_at,
        test as is_test,
        "displayFinancialStatus" as financial_status,
        "currencyCode" as shop_currency,
        {{ cleaned('"sourceName"') }} as source_name,
        "totalPriceSet" as total_price,
        "totalDiscountsSet" as total_discounts,
        "totalTaxSet" as total_tax,
        "totalShippingPriceSet" as total_shipping,
        customer,
        "customerJourneySummary" as customer_journey,
        refunds,
        _pulled_at as pulled_at,
        _pull_id as pull_id,
        _window_start as window_start,
        _account_id as shop_id
    from landed

)

select * from renamed
