{#- Iglewicz and Hoaglin (1993) call a value an outlier beyond 3.5 robust sigmas. -#}
{%- set unusual_sigmas = 3.5 %}
{#- A median absolute deviation times this estimates the standard deviation of normal values. -#}
{%- set mad_to_sigma = 1.4826 %}
{#- Weekdays are asked when there are this many of them; fewer say too little about the spread. -#}
{%- set enough_weekdays = 6 %}
{%- set least_samples = 4 %}

with figures as (

    select * from {{ ref('int_figures__daily') }}
    where is_watched and figure_value is not null

),

widenings as (

    select * from {{ ref('robust_widenings') }}

),

looked_back as (

    -- The day itself is never among its own samples. Unknown days are no samples.
    select
        *,
        count(*) over weekdays as weekday_samples,
        median(figure_value) over weekdays as weekday_median,
        mad(figure_value) over weekdays as weekday_mad,
        min(figure_value) over weekdays as weekday_lowest,
        max(figure_value) over weekdays as weekday_highest,
        count(*) over fortnight as fortnight_samples,
        median(figure_value) over fortnight as fortnight_median,
        mad(figure_value) over fortnight as fortnight_mad
    from figures
    window
        weekdays as (
            partition by figure, dayofweek(report_date)
            order by report_date
            range between interval 56 days preceding and interval 1 day preceding
        ),
        fortnight as (
            partition by figure
            order by report_date
            range between interval 14 days preceding and interval 1 day preceding
        )

),

chosen as (

    select
        *,
        case
            when weekday_samples >= {{ enough_weekdays }} then 'same weekdays of 8 weeks'
            when fortnight_samples >= {{ least_samples }} then 'last 14 days'
            else 'too few days'
        end as basis,
        case basis
            when 'same weekdays of 8 weeks' then weekday_samples
            else fortnight_samples
        end as samples,
        case basis
            when 'same weekdays of 8 weeks' then weekday_median
            when 'last 14 days' then fortnight_median
        end as expected_value,
        case basis
            when 'same weekdays of 8 weeks' then weekday_mad
            when 'last 14 days' then fortnight_mad
        end as deviation_median
    from looked_back

),

measured as (

    -- Few days can agree by chance: counts vary at least as those of independent events do, and
    -- nothing is known better than to 5 %. Where every day was 0 there is no spread to judge by.
    select
        chosen.*,
        nullif(greatest(
            {{ mad_to_sigma }} * chosen.deviation_median * widenings.factor,
            if(chosen.unit = 'count', sqrt(abs(chosen.expected_value)), 0),
            0.05 * abs(chosen.expected_value)
        ), 0) as spread
    from chosen
    left join widenings on chosen.samples = widenings.samples

),

banded as (

    -- Of two weeks only two days are of the same weekday; what that weekday was before is not unusual.
    select
        *,
        least(
            expected_value - {{ unusual_sigmas }} * spread,
            if(basis = 'last 14 days', weekday_lowest, null)
        ) as lower_bound,
        greatest(
            expected_value + {{ unusual_sigmas }} * spread,
            if(basis = 'last 14 days', weekday_highest, null)
        ) as upper_bound
    from measured

),

judged as (

    select
        report_date,
        figure,
        unit,
        clock,
        figure_value,
        expected_value,
        if(spread is not null, round(lower_bound, 8), null) as lower_bound,
        if(spread is not null, round(upper_bound, 8), null) as upper_bound,
        spread,
        round((figure_value - expected_value) / spread, 8) as deviation,
        samples,
        basis,
        if(spread is not null, not figure_value between banded.lower_bound and banded.upper_bound, null) as is_unusual,
        case
            when is_unusual and figure_value > expected_value then 'above'
            when is_unusual then 'below'
        end as direction
    from banded

)

select * from judged
