with landed as (

    select * from {{ source('landing', 'inputs__creator_contracts') }}
    where _window_start = {{ newest_snapshot('inputs__creator_contracts') }}

),

renamed as (

    select
        {{ cleaned('creator_key') }} as creator_key,
        creator_sha256,
        {{ cleaned('start_date', 'date') }} as contract_start_date,
        {{ cleaned('end_date', 'date') }} as contract_end_date,
        {{ cleaned('fee', 'decimal(18, 4)') }} as fee_account_currency,
        {{ cleaned('samples_cost', 'decimal(18, 4)') }} as samples_cost_account_currency,
        {{ cleaned('shipping_cost', 'decimal(18, 4)') }} as shipping_cost_account_currency,
        {{ cleaned('currency') }} as currency,
        {{ cleaned('commission_rate', 'decimal(9, 6)') }} as commission_rate,
        [trim(code) for code in string_split(promo_codes, ';')] as promo_codes,
        [trim(item) for item in string_split(deliverables, ';')] as deliverables,
        {{ cleaned('persona') }} as persona,
        {{ cleaned('relevance_score', 'decimal(6, 2)') }} as relevance_score,
        _window_start as last_seen_date
    from landed

)

select * from renamed
