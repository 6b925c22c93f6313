with pulls as (

    select * from {{ source('ledger', 'kept_pulls') }}
    where stream = 'tiktok_ads__campaign_daily'

),

landed as (

    select * from {{ source('landing', 'tiktok_ads__campaign_daily__pulls') }}

),

deduplicated as (

    -- A page that shifts during the pull sends a row twice.
    select *
    from landed
    qualify row_number() over (
        partition by _account_id, _window_start, _pull_id, campaign_id
        order by hash(landed)
    ) = 1

),

campaign_days as (

    select distinct
        _account_id,
        _window_start,
        campaign_id
    from landed

),

said as (

    -- A campaign that a pull leaves out, or whose numbers can't be read, had nothing on that day, by then.
    select
        campaign_days._window_start as report_date,
        campaign_days._account_id as advertiser_id,
        campaign_days.campaign_id,
        pulls.pull_id,
        pulls.pulled_at,
        pulls.previous_pulled_at,
        coalesce(try_cast({{ cleaned('deduplicated.spend') }} as decimal(18, 4)), 0) as spend_account_currency,
        coalesce(try_cast({{ cleaned('deduplicated.complete_payment') }} as bigint), 0) as web_purchases,
        coalesce(try_cast({{ cleaned('deduplicated.total_complete_payment_rate') }} as decimal(18, 4)), 0)
            as web_purchase_value_account_currency
    from campaign_days
    inner join pulls
        on campaign_days._account_id = pulls.account_id and campaign_days._window_start = pulls.window_start
    left join deduplicated
        on campaign_days._account_id = deduplicated._account_id
        and campaign_days._window_start = deduplicated._window_start
        and campaign_days.campaign_id = deduplicated.campaign_id
        and pulls.pull_id = deduplicated._pull_id

)

select * from said
