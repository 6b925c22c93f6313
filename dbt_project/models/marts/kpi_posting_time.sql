with posting_hours as (

    select * from {{ ref('int_content__posting_hours') }}

),

accounts as (

    select distinct business_id from posting_hours

),

weekdays as (

    select unnest(range(1, 8)) as published_weekday

),

hours as (

    select unnest(range(24)) as published_hour

),

cells as (

    select
        accounts.business_id,
        weekdays.published_weekday,
        hours.published_hour
    from accounts
    cross join weekdays
    cross join hours

),

kpis as (

    select
        cells.business_id,
        cells.published_weekday,
        -- 1 January 2024 was a Monday.
        dayname(date '2024-01-01' + (cells.published_weekday - 1)::integer) as weekday_name,
        cells.published_hour,
        coalesce(posting_hours.posts, 0) as posts,
        coalesce(posting_hours.promoted_posts, 0) as promoted_posts,
        coalesce(posting_hours.young_posts, 0) as young_posts,
        coalesce(posting_hours.video_views, 0)::bigint as video_views,
        coalesce(posting_hours.engagements, 0)::bigint as engagements,
        {{ ratio('posting_hours.video_views', 'posting_hours.posts') }} as video_views_per_post,
        posting_hours.typical_video_views,
        posting_hours.views_index,
        posting_hours.views_index_low,
        posting_hours.views_index_high,
        coalesce(posting_hours.posts >= 3, false) as has_enough_posts,
        {{ ratio('posting_hours.engagements', 'posting_hours.video_views') }} as engagement_rate_by_views
    from cells
    left join posting_hours
        on cells.business_id = posting_hours.business_id
        and cells.published_weekday = posting_hours.published_weekday
        and cells.published_hour = posting_hours.published_hour

)

select * from kpis
