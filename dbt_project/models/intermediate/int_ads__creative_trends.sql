with creative_days as (

    select * from {{ ref('int_ads__creative_daily') }}

),

counted as (

    -- The sums of squares tell how much the days differ among themselves.
    select
        report_date,
        creative_id,
        impressions,
        video_views_2s,
        clicks,
        {{ ratio('video_views_2s::double * video_views_2s', 'impressions') }} as hook_square,
        {{ ratio('clicks::double * clicks', 'impressions') }} as click_square,
        row_number() over (partition by creative_id order by report_date) as delivering_day
    from creative_days
    where creative_id != '(unknown)' and impressions > 0

),

base as (

    select
        creative_id,
        min(report_date) as first_delivering_date,
        count(*) as base_days,
        sum(impressions)::bigint as base_impressions,
        sum(video_views_2s)::bigint as base_views_2s,
        sum(clicks)::bigint as base_clicks,
        sum(hook_square) as base_hook_square,
        sum(click_square) as base_click_square
    from counted
    where delivering_day <= 7
    group by all

),

recent as (

    -- The last seven calendar days, of those after the first seven delivering ones.
    select
        report_date,
        creative_id,
        count(*) over last_week as recent_days,
        (sum(impressions) over last_week)::bigint as recent_impressions,
        (sum(video_views_2s) over last_week)::bigint as recent_views_2s,
        (sum(clicks) over last_week)::bigint as recent_clicks,
        sum(hook_square) over last_week as recent_hook_square,
        sum(click_square) over last_week as recent_click_square
    from counted
    where delivering_day > 7
    window last_week as (
        partition by creative_id order by report_date range between interval 6 day preceding and current row
    )

),

joined as (

    select
        counted.report_date,
        counted.creative_id,
        counted.delivering_day,
        base.first_delivering_date,
        base.base_days,
        base.base_impressions,
        base.base_views_2s,
        base.base_clicks,
        base.base_hook_square,
        base.base_click_square,
        recent.recent_days,
        recent.recent_impressions,
        recent.recent_views_2s,
        recent.recent_clicks,
        recent.recent_hook_square,
        recent.recent_click_square
    from counted
    inner join base on counted.creative_id = base.creative_id
    left join recent on counted.creative_id = recent.creative_id and counted.report_date = recent.report_date

),

dispersed as (

    -- Pearson's chi square of the days of both weeks over its degrees of freedom, at least 1.
    select
        *,
        greatest(1, {{ ratio(
            chi_square('base_hook_square', 'base_views_2s', 'base_impressions') ~ ' + '
            ~ chi_square('recent_hook_square', 'recent_views_2s', 'recent_impressions'),
            'base_days + recent_days - 2'
        ) }}) as hook_overdispersion,
        greatest(1, {{ ratio(
            chi_square('base_click_square', 'base_clicks', 'base_impressions') ~ ' + '
            ~ chi_square('recent_click_square', 'recent_clicks', 'recent_impressions'),
            'base_days + recent_days - 2'
        ) }}) as click_overdispersion
    from joined

)

select * from dispersed
