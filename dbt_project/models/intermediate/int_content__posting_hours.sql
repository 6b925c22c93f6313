{#- Views of a post come within days; before that they say how young it is, not how good its hour. -#}
{%- set ripe_days = 7 %}
{%- set kept_days = 365 %}
{%- set least_posts_for_interval = 20 %}

with all_posts as (

    select * from {{ ref('int_content__posts') }}

),

posts as (

    select
        business_id,
        isodow(published_local) as published_weekday,
        hour(published_local) as published_hour,
        is_ad,
        published_date > newest_date - {{ ripe_days }} as is_young,
        video_views,
        engagements,
        -- Views differ by factors, not by amounts: one viral post would decide any mean.
        ln(video_views + 1) as log_views
    from all_posts
    where published_date > newest_date - {{ kept_days }}

),

usual as (

    select
        business_id,
        count(*) as usual_posts,
        avg(log_views order by log_views) as usual_log_views,
        stddev_samp(log_views order by log_views) as spread
    from posts
    where not is_ad and not is_young
    group by all

),

by_cell as (

    select
        business_id,
        published_weekday,
        published_hour,
        count(*) filter (where not is_ad and not is_young) as posts,
        count(*) filter (where is_ad) as promoted_posts,
        count(*) filter (where not is_ad and is_young) as young_posts,
        sum(video_views) filter (where not is_ad and not is_young) as video_views,
        sum(engagements) filter (where not is_ad and not is_young) as engagements,
        avg(log_views order by log_views) filter (where not is_ad and not is_young) as log_views
    from posts
    group by all

),

compared as (

    select
        by_cell.*,
        by_cell.log_views - usual.usual_log_views as difference,
        -- The cell's own posts are part of the usual, hence the second term.
        if(usual.usual_posts >= {{ least_posts_for_interval }}, 1.96 * usual.spread * sqrt(greatest(
            {{ ratio('1', 'by_cell.posts') }} - {{ ratio('1', 'usual.usual_posts') }}, 0
        )), null) as half_width
    from by_cell
    left join usual on by_cell.business_id = usual.business_id

),

hours as (

    select
        business_id, published_weekday, published_hour,
        posts, promoted_posts, young_posts, video_views, engagements,
        round(exp(log_views) - 1, 4) as typical_video_views,
        round(exp(difference), 4) as views_index,
        round(exp(difference - half_width), 4) as views_index_low,
        round(exp(difference + half_width), 4) as views_index_high
    from compared

)

select * from hours
