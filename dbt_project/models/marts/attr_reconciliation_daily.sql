with web_claims as (

    select * from {{ ref('int_claims__web_claims') }}

),

web_event_days as (

    select * from {{ ref('int_claims__event_days') }}

),

web_orders as (

    select * from {{ ref('int_claims__web_orders') }}

),

gmv_max as (

    select * from {{ ref('int_claims__gmv_max_lines') }}

),

net_lines as (

    select * from {{ ref('int_claims__net_lines') }}

),

reasons as (

    select * from {{ ref('claim_reasons') }}

),

lines as (

    select report_date, 'web ads' as scope, advertiser_id, 'claim' as side, reason, units, claimed_value as line_value
    from web_claims
    union all
    select
        report_date, 'web ads' as scope, advertiser_id, 'claim by event day' as side, reason, units,
        null as line_value
    from web_event_days
    union all
    select report_date, 'web ads' as scope, advertiser_id, 'order' as side, reason, units, order_value as line_value
    from web_orders
    union all
    select report_date, scope, advertiser_id, side, reason, units, line_value from gmv_max
    union all
    select
        report_date, scope, '(not claimed)' as advertiser_id, 'net' as side, reason, 0 as units,
        net_value as line_value
    from net_lines

),

comparable as (

    -- Where only one side is connected nothing can be compared.
    select * from lines
    where {{ both_sides_landed('scope') }}

),

kpis as (

    select
        comparable.report_date,
        comparable.scope,
        comparable.advertiser_id,
        comparable.side,
        comparable.reason,
        reasons.line_number,
        reasons.evidence,
        comparable.units::bigint as units,
        comparable.line_value::decimal(18, 4) as value,
        reasons.explanation
    from comparable
    left join reasons on comparable.side = reasons.side and comparable.reason = reasons.reason

)

select * from kpis
