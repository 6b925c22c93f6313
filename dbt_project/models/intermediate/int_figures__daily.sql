{%- set costs = ['spend', 'gmv_max_spend', 'creator_costs', 'other_costs', 'commissions'] %}

with key_figures as (

    select * from {{ ref('key_figures') }}

),

known_days as (

    select * from {{ ref('int_figures__known_days') }}

),

counted as (

    select report_date, figure, amount from {{ ref('int_figures__on_tiktok') }}
    union all
    select report_date, figure, amount from {{ ref('int_figures__on_site') }}
    union all
    select report_date, figure, amount from {{ ref('int_figures__in_shop') }}
    union all
    select report_date, figure, amount from {{ ref('int_figures__by_hand') }}
    union all
    select report_date, figure, amount from {{ ref('int_figures__margins') }}

),

with_totals as (

    select report_date, figure, amount from counted
    union all
    select report_date, 'marketing_costs' as figure, sum(amount)::decimal(18, 4) as amount from counted
    where figure in ('{{ costs | join("', '") }}')
    group by all
    union all
    select
        report_date,
        'net_revenue' as figure,
        sum(if(figure = 'refunds', -amount, amount))::decimal(18, 4) as amount
    from counted
    where figure in ('gross_revenue', 'refunds')
    group by all
    union all
    select
        report_date,
        'total_net_revenue' as figure,
        sum(if(figure in ('refunds', 'shop_refunds'), -amount, amount))::decimal(18, 4) as amount
    from counted
    where figure in ('gross_revenue', 'refunds', 'shop_gmv', 'shop_refunds')
    group by all

),

amounts as (

    -- A known day without a row is 0; a row whose amount the source did not send stays unknown.
    select
        known_days.figure,
        known_days.report_date,
        if(with_totals.figure is null, 0, with_totals.amount)::decimal(18, 4) as amount
    from known_days
    left join with_totals
        on known_days.figure = with_totals.figure and known_days.report_date = with_totals.report_date
    where with_totals.figure is null or with_totals.amount is not null

),

ratios as (

    select
        key_figures.figure,
        numerators.report_date,
        numerators.amount as numerator,
        denominators.amount as denominator,
        key_figures.scale * {{ ratio('numerators.amount', 'denominators.amount') }} as figure_value
    from key_figures
    inner join amounts as numerators on key_figures.numerator = numerators.figure
    inner join amounts as denominators
        on key_figures.denominator = denominators.figure and numerators.report_date = denominators.report_date
    where key_figures.kind = 'ratio'

),

valued as (

    select
        figure, report_date, amount, amount::double as figure_value,
        null::decimal(18, 4) as numerator, null::decimal(18, 4) as denominator
    from amounts
    union all
    select figure, report_date, null as amount, figure_value, numerator, denominator
    from ratios

),

described as (

    select
        valued.report_date,
        valued.figure,
        key_figures.kind,
        if(key_figures.unit = 'currency', '{{ var("reporting_currency") }}', key_figures.unit) as unit,
        key_figures.clock,
        key_figures.direction,
        key_figures.is_watched,
        valued.amount,
        valued.figure_value,
        valued.numerator,
        valued.denominator
    from valued
    inner join key_figures on valued.figure = key_figures.figure

)

select * from described
