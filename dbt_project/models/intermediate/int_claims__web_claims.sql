{{ config(materialized='days', meta={
    'day_column': 'report_date', 'subjects': ['claimed_orders'], 'days_per_batch': 62
}) }}
-- depends_on: {{ ref('int_changes__days') }}

with claimed as (

    select
        report_date,
        advertiser_id,
        any_value(account_currency) as account_currency,
        sum(purchases)::bigint as purchases,
        sum(purchase_value)::decimal(18, 4) as claimed_value
    from {{ ref('int_claims__ad_days') }}
    where {{ in_batch('report_date') }}
    group by all

),

named as (

    select * from {{ ref('int_claims__named') }}
    where {{ in_batch('report_date') }}

),

restated as (

    select
        report_date,
        advertiser_id,
        greatest(sum(purchases_change), 0)::bigint as units
    from {{ ref('int_claims__statements') }}
    where is_after_window and {{ in_batch('report_date') }}
    group by all

),

rests as (

    select
        claimed.report_date,
        claimed.advertiser_id,
        any_value(claimed.account_currency) as account_currency,
        any_value(claimed.purchases) - sum(named.units)::bigint as open_units,
        least(open_units, coalesce(any_value(restated.units), 0)) as restated_units,
        any_value(claimed.claimed_value) - coalesce(sum(named.known_value), 0) as open_value
    from claimed
    inner join named on claimed.report_date = named.report_date and claimed.advertiser_id = named.advertiser_id
    left join restated
        on claimed.report_date = restated.report_date and claimed.advertiser_id = restated.advertiser_id
    group by claimed.report_date, claimed.advertiser_id

),

lines as (

    -- The last one is of value alone: what the same orders are claimed and booked at may differ.
    select * from named
    union all
    select
        report_date,
        advertiser_id,
        unnest([
            'restated', 'unexplained (modelled or untracked)',
            if(account_currency = '{{ var("reporting_currency") }}', 'gross vs net', 'currency')
        ]) as reason,
        unnest([restated_units, open_units - restated_units, 0]) as units,
        null as known_value
    from rests

),

valued as (

    -- Value that belongs to no named order is shared by the units that have none of their own. With no such
    -- unit it is a difference in amounts.
    select
        lines.report_date,
        lines.advertiser_id,
        lines.reason,
        lines.units::bigint as units,
        coalesce(lines.known_value, 0.0001 * if(
            lines.known_value is null,
            {{ proportional_share(
                '(rests.open_value * 10000)::bigint', 'if(lines.known_value is null, lines.units, 0)',
                'lines.report_date, lines.advertiser_id, lines.known_value is null',
                "lines.reason not in ('gross vs net', 'currency'), lines.reason"
            ) }}, 0
        ))::decimal(18, 4) as claimed_value
    from lines
    inner join rests on lines.report_date = rests.report_date and lines.advertiser_id = rests.advertiser_id

),

filled as (

    select * from valued
    where units != 0 or claimed_value != 0

)

select * from filled
