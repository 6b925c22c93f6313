{%- set answers -%}
    list_filter(
        cast("customAttributes" as struct(key varchar, value varchar) []),
        pair -> lower(pair.key) in ('{{ var("survey_attribute_keys") | join("', '") | lower }}')
    )[1].value
{%- endset -%}

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
        edited as is_edited,
        "displayFinancialStatus" as financial_status,
        "currencyCode" as shop_currency,
        "presentmentCurrencyCode" as customer_currency,
        {{ cleaned('"sourceName"') }} as source_name,
        nullif(_extra ->> '$.sourceIdentifier', '') as source_identifier,
        "totalPriceSet" as total_price,
        "totalDiscountsSet" as total_discounts,
        "totalTaxSet" as total_tax,
        "totalShippingPriceSet" as total_shipping,
        "currentTotalPriceSet" as current_total_price,
        -- Codes are typed by people and matched without regard to case.
        list_transform("discountCodes"::varchar[], code -> upper(trim(code))) as discount_codes,
        "discountApplications" -> '$.nodes' as discount_applications,
        "lineItems" -> '$.nodes' as line_items,
        "shippingAddress" ->> '$.countryCodeV2' as ship_country,
        -- The first two characters tell the region; a whole postal code is close to a person.
        left("shippingAddress" ->> '$.zip', 2) as ship_zip_area,
        "shippingAddress" ->> '$.city' as ship_city,
        -- Every key under which the shop has asked "how did you hear of us?" stands in the var.
        {{ cleaned(answers) }} as survey_answer,
        "customAttributes" as cart_attributes,
        "landingPageUrl" as landing_url,
        customer ->> '$.id' as customer_id,
        email_sha256,
        customer,
        "customerJourneySummary" as customer_journey,
        coalesce(("customerJourneySummary" ->> '$.ready')::boolean, false) as is_journey_ready,
        refunds,
        _pulled_at as pulled_at,
        _pull_id as pull_id,
        _window_start as window_start,
        _account_id as shop_id
    from landed
    where {{ order_fault() }} is null

)

select * from renamed
