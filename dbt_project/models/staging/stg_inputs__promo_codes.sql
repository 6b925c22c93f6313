with landed as (

    select * from {{ source('landing', 'inputs__promo_codes') }}
    where _window_start = {{ newest_snapshot('inputs__promo_codes') }}

),

renamed as (

    select
        upper(trim(code)) as code,
        {{ cleaned('creator_key') }} as creator_key,
        creator_key = 'shop' as is_shop_code,
        {{ cleaned('kind') }} as kind,
        {{ cleaned('rate', 'decimal(18, 4)') }} as rate,
        {{ cleaned('valid_from', 'date') }} as valid_from_date,
        {{ cleaned('valid_to', 'date') }} as valid_to_date,
        _window_start as last_seen_date
    from landed

)

select * from renamed
