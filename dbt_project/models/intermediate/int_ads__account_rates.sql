with advertisers as (

    select * from {{ ref('stg_tiktok_ads__advertisers') }}

),

rates as (

    select * from {{ ref('int_rates__daily') }}

),

status as (

    select * from {{ source('ledger', 'stream_status') }}

),

covered as (

    -- The days for which any report of the account may be in the marts.
    select
        account_id as advertiser_id,
        min(covered_from) as first_date,
        max(horizon) as last_date
    from status
    where stream like 'tiktok_ads__%' and kind = 'daily'
    group by all

),

days as (

    select
        advertisers.advertiser_id,
        advertisers.account_currency,
        unnest(generate_series(covered.first_date, covered.last_date, interval 1 day))::date as valid_from
    from advertisers
    inner join covered on advertisers.advertiser_id = covered.advertiser_id

),

account_rates as (

    select
        days.advertiser_id,
        days.account_currency,
        days.valid_from,
        {{ rate_or_stop('days.account_currency', 'days.valid_from', 'rates.exchange_rate') }} as exchange_rate
    from days
    left join rates
        on days.account_currency = rates.currency and days.valid_from = rates.rate_date

)

select * from account_rates
