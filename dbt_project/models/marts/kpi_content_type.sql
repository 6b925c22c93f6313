with posts as (

    select * from {{ ref('int_content__posts') }}

),

once_per_post as (

    -- Every post stands once in each of these breakdowns.
    select *, 'media_type' as breakdown, media_type as segment from posts
    union all
    select *, 'narration' as breakdown, narration as segment from posts
    union all
    select *, 'theme' as breakdown, theme as segment from posts
    union all
    select *, 'promotion' as breakdown, if(is_ad, 'also a Spark ad', 'organic only') as segment from posts

),

once_per_hashtag as (

    select
        *,
        'hashtag' as breakdown,
        unnest(if(len(hashtags) > 0, hashtags, ['(none)'])) as segment
    from posts

),

segments as (

    select * from once_per_post
    union all
    select * from once_per_hashtag

),

summed as (

    select
        date_trunc('month', published_date)::date as published_month,
        business_id,
        breakdown,
        coalesce(segment, '(unknown)') as segment,
        count(*) as posts,
        count(*) filter (where is_ad) as promoted_posts,
        sum(video_views)::bigint as video_views,
        sum(likes)::bigint as likes,
        sum(comments)::bigint as comments,
        sum(shares)::bigint as shares,
        sum(engagements)::bigint as engagements,
        sum(saves)::bigint as saves,
        sum(new_followers)::bigint as new_followers,
        sum(profile_views)::bigint as profile_views,
        sum(website_clicks)::bigint as website_clicks,
        sum(video_views) filter (where watched_seconds is not null)::bigint as video_views_with_watch_time,
        -- Rounded: the order in which doubles are added must not show.
        round(sum(watched_seconds order by watched_seconds), 3) as watched_seconds,
        sum(completed_views)::bigint as completed_views,
        median(video_views) as median_video_views,
        round(avg(reach), 3) as average_reach_per_post,
        round(avg({{ ratio('engagements', 'reach') }}), 6) as average_engagement_rate_by_reach
    from segments
    group by all

),

kpis as (

    select
        *,
        posts < 5 as has_few_posts,
        {{ ratio('video_views', 'posts') }} as video_views_per_post,
        {{ ratio('watched_seconds', 'video_views_with_watch_time') }} as average_seconds_watched,
        {{ ratio('completed_views', 'video_views_with_watch_time') }} as completion_rate,
        {{ ratio('engagements', 'video_views') }} as engagement_rate_by_views,
        {{ ratio('saves', 'video_views') }} as save_rate,
        {{ ratio('shares', 'video_views') }} as share_rate,
        {{ ratio('new_followers', 'video_views') }} as follow_rate
    from summed

)

select * from kpis
