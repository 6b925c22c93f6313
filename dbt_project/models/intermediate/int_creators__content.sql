with posts as (

    select * from {{ ref('int_creators__posts') }}

),

mentions as (

    select * from {{ ref('stg_tiktok_organic__mentions') }}
    where is_newest

),

live_sessions as (

    select * from {{ ref('stg_tiktok_shop__live_sessions') }}

),

handles as (

    select * from {{ ref('int_creators__handles') }}

),

post_sums as (

    -- Reach of several posts holds the same people again: TikTok states it per post only, hence "combined".
    select
        creator_key,
        count(*) as posts,
        sum(video_views)::bigint as video_views,
        sum(engagements)::bigint as engagements,
        sum(engagements_organic)::bigint as engagements_organic,
        sum(reach)::bigint as combined_reach_as_stated,
        sum(reach_organic)::bigint as combined_reach_organic_as_stated
    from posts
    group by all

),

mention_counts as (

    select
        handles.creator_key,
        count(distinct mentions.item_id) as mentions
    from mentions
    inner join handles on mentions.creator_handle_sha256 = handles.creator_sha256
    group by all

),

live_counts as (

    select
        handles.creator_key,
        count(distinct live_sessions.room_id) as live_sessions
    from live_sessions
    inner join handles on live_sessions.creator_handle_sha256 = handles.creator_sha256
    group by all

),

content as (

    select * from post_sums
    union all by name
    select * from mention_counts
    union all by name
    select * from live_counts

),

summed as (

    select
        creator_key,
        max(posts) as posts,
        max(mentions) as mentions,
        max(live_sessions) as live_sessions,
        max(video_views) as video_views,
        max(engagements) as engagements,
        max(engagements_organic) as engagements_organic,
        max(combined_reach_as_stated) as combined_reach_as_stated,
        max(combined_reach_organic_as_stated) as combined_reach_organic_as_stated
    from content
    group by all

)

select * from summed
