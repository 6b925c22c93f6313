with advertisers as (

    select * from {{ ref('stg_tiktok_ads__advertisers') }}

),

rates as (

    select * from {{ ref('exchange_rates') }}

),

account_rates as (

    select
        advertisers.advertiser_id,
        advertisers.account_currency,
        rates.valid_from,
        rates.rate as exchange_rate
    from advertisers
    inner join rates on advertisers.account_currency = rates.currency

)

select * from account_rates
