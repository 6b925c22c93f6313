{%- set amounts = {'orders': 6, 'gross_revenue': 2} -%}

with credited as (

    select * from {{ ref('int_journeys__channel_days') }}

),

factors as (

    select * from {{ ref('int_experiments__factors') }}

),

scaled as (

    -- No factor applies to copies of another shop's orders; of what nobody saw nothing is known to be caused.
    select
        credited.credit_date as report_date,
        credited.channel,
        credited.model,
        credited.orders,
        credited.gross_revenue,
        factors.factor,
        factors.factor_low,
        factors.factor_high,
        {%- for amount, digits in amounts.items() %}
        round(
            credited.{{ amount }} * coalesce(factors.factor, if(credited.channel = 'TikTok Shop', 1, 0)), {{ digits }}
        )::decimal(18, 6) as calibrated_{{ amount }},
        {%- for end in ['low', 'high'] %}
        round(credited.{{ amount }} * factors.factor_{{ end }}, {{ digits }})::decimal(18, 6)
            as calibrated_{{ amount }}_{{ end }},
        {%- endfor %}
        {%- endfor %}
        factors.prior_weight,
        coalesce(factors.tests, 0) > 0 as is_tested,
        factors.tested_level,
        coalesce(factors.is_below_test, true) as is_below_test
    from credited
    left join factors
        on date_trunc('month', credited.credit_date) = factors.month_start
        and credited.model = factors.model
        and credited.channel = factors.channel

),

anyway as (

    select
        report_date,
        '(would have come anyway)' as channel,
        model,
        0 as orders,
        0 as gross_revenue,
        {%- for amount in amounts %}
        sum({{ amount }}) - sum(calibrated_{{ amount }}) as calibrated_{{ amount }},
        {%- endfor %}
        false as is_tested,
        true as is_below_test
    from scaled
    group by all

),

all_rows as (

    select * from scaled
    union all by name
    select * from anyway

),

typed as (

    select
        report_date,
        channel,
        model,
        orders::decimal(18, 6) as orders,
        gross_revenue::decimal(18, 4) as gross_revenue,
        factor,
        factor_low,
        factor_high,
        {%- for ends in ['', '_low', '_high'] %}
        calibrated_orders{{ ends }}::decimal(18, 6) as calibrated_orders{{ ends }},
        calibrated_gross_revenue{{ ends }}::decimal(18, 4) as calibrated_gross_revenue{{ ends }},
        {%- endfor %}
        prior_weight,
        is_tested,
        tested_level,
        is_below_test
    from all_rows

)

select * from typed
