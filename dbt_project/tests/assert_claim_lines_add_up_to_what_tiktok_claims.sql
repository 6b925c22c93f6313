-- Of every day, scope and ad account the lines of side 'claim' hold exactly what TikTok's reports claim, units and
-- cents; by event day exactly what they book there; and the residual never hides that more was found than claimed.
with ledger_lines as (

    select * from {{ ref('attr_reconciliation_daily') }}

),

ad_reports as (

    select * from {{ ref('stg_tiktok_ads__ad_daily') }}

),

gmv_max_reports as (

    select * from {{ ref('stg_tiktok_ads__gmv_max_campaign_daily') }}

),

account_rates as (

    select * from {{ ref('int_ads__account_rates') }}

),

reported as (

    select
        report_date, 'web ads' as scope, advertiser_id, 'claim' as side, web_purchases as units,
        web_purchase_value_account_currency as value_account_currency
    from ad_reports
    union all
    select
        report_date, 'web ads' as scope, advertiser_id, 'claim by event day' as side,
        conversions_by_event_day as units, 0 as value_account_currency
    from ad_reports
    union all
    select
        report_date, if(promotion_type = 'LIVE', 'GMV Max LIVE', 'GMV Max product') as scope, advertiser_id,
        'claim' as side, orders as units, gross_revenue_account_currency as value_account_currency
    from gmv_max_reports

),

claimed as (

    select
        reported.report_date,
        reported.scope,
        reported.advertiser_id,
        reported.side,
        sum(coalesce(reported.units, 0)) as units,
        sum(round(coalesce(reported.value_account_currency, 0) * account_rates.exchange_rate, 4)) as claimed_value
    from reported
    asof left join account_rates
        on reported.advertiser_id = account_rates.advertiser_id and reported.report_date >= account_rates.valid_from
    group by all

),

explained as (

    select
        report_date,
        scope,
        advertiser_id,
        side,
        sum(units) as units,
        coalesce(sum(value), 0) as explained_value,
        coalesce(min(units) filter (where side = 'claim'), 0) as least_units
    from ledger_lines
    where side in ('claim', 'claim by event day')
    group by all

),

gaps as (

    select
        coalesce(claimed.report_date, explained.report_date) as report_date,
        coalesce(claimed.scope, explained.scope) as scope,
        coalesce(claimed.advertiser_id, explained.advertiser_id) as advertiser_id,
        coalesce(claimed.side, explained.side) as side,
        coalesce(claimed.units, 0) - coalesce(explained.units, 0) as units_gap,
        coalesce(claimed.claimed_value, 0) - coalesce(explained.explained_value, 0) as value_gap,
        explained.least_units
    from claimed
    full outer join explained
        on claimed.report_date = explained.report_date
        and claimed.scope = explained.scope
        and claimed.advertiser_id = explained.advertiser_id
        and claimed.side = explained.side

)

select * from gaps
where (units_gap != 0 or value_gap != 0 or least_units < 0) and {{ both_sides_landed('scope') }}
