with bands as (

    select * from {{ ref('int_figures__bands') }}

),

published as (

    select
        report_date,
        figure,
        unit,
        clock,
        figure_value,
        expected_value,
        lower_bound,
        upper_bound,
        spread,
        deviation,
        samples::bigint as samples,
        basis,
        is_unusual,
        direction,
        report_date = max(report_date) over (partition by figure) as is_newest_day
    from bands

)

select * from published
