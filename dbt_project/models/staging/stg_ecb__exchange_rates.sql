with landed as (

    select * from {{ source('landing', 'ecb__exchange_rates') }}

),

newest as (

    select *
    from landed
    qualify row_number() over (
        partition by "CURRENCY", "TIME_PERIOD"
        order by _pulled_at desc, _pull_id desc, hash(landed)
    ) = 1

),

renamed as (

    select
        "CURRENCY" as currency,
        "TIME_PERIOD"::date as rate_date,
        -- One euro in units of the currency, times ten to the power of the multiplier.
        (
            try_cast({{ cleaned('"OBS_VALUE"') }} as double)
            * power(10, coalesce(try_cast("UNIT_MULT" as integer), 0))
        )::decimal(18, 6) as units_per_euro
    from newest
    -- Days without a fixing may come as rows without a number.
    where isfinite(try_cast({{ cleaned('"OBS_VALUE"') }} as double))

)

select * from renamed
