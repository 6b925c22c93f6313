with videos as (

    select * from {{ ref('int_challenges__videos') }}

),

snapshots as (

    select * from {{ ref('int_challenges__snapshots') }}

),

published as (

    select
        published_date as report_date,
        hashtag,
        count(*) filter (where not is_own) as new_videos,
        count(*) filter (where is_first_of_creator) as new_participants,
        count(distinct creator) filter (where not is_own) as participants,
        count(*) filter (where is_own) as own_videos,
        count(*) filter (where is_contracted and not is_own) as contracted_videos,
        count(*) filter (where is_qualified) as qualified_videos,
        count(*) filter (where is_off_topic and not is_own) as off_topic_videos,
        count(*) filter (where is_near_zero and not is_own) as near_zero_videos,
        count(*) filter (where is_repeated and not is_own) as repeated_author_videos,
        sum(likes) filter (where not is_own)::bigint as likes,
        sum(comments) filter (where not is_own)::bigint as comments,
        sum(shares) filter (where not is_own)::bigint as shares,
        coalesce(sum(engagements) filter (where not is_own), 0)::bigint as engagements,
        count(reach) filter (where not is_own) as videos_with_reach,
        sum(views) filter (where not is_own)::bigint as views_as_stated,
        sum(reach) filter (where not is_own)::bigint as combined_reach_as_stated
    from videos
    group by all

),

days as (

    select
        coalesce(published.report_date, snapshots.snapshot_date) as report_date,
        coalesce(published.hashtag, snapshots.hashtag) as hashtag,
        coalesce(published.new_videos, 0) as new_videos,
        coalesce(published.new_participants, 0) as new_participants,
        coalesce(published.participants, 0) as participants,
        coalesce(published.own_videos, 0) as own_videos,
        coalesce(published.contracted_videos, 0) as contracted_videos,
        coalesce(published.qualified_videos, 0) as qualified_videos,
        coalesce(published.off_topic_videos, 0) as off_topic_videos,
        coalesce(published.near_zero_videos, 0) as near_zero_videos,
        coalesce(published.repeated_author_videos, 0) as repeated_author_videos,
        published.likes,
        published.comments,
        published.shares,
        coalesce(published.engagements, 0) as engagements,
        coalesce(published.videos_with_reach, 0) as videos_with_reach,
        published.views_as_stated,
        published.combined_reach_as_stated,
        snapshots.listed_videos,
        snapshots.listed_engagements,
        snapshots.listed_views_as_stated,
        snapshots.listed_combined_reach_as_stated
    from published
    full outer join snapshots
        on published.report_date = snapshots.snapshot_date and published.hashtag = snapshots.hashtag

),

creators as (

    select
        days.report_date,
        days.hashtag,
        videos.creator,
        sum(videos.engagements) as engagements
    from days
    inner join videos on days.hashtag = videos.hashtag
    where not videos.is_own and videos.published_date between days.report_date - 29 and days.report_date
    group by all

),

top_creators as (

    select
        report_date,
        hashtag,
        array_to_string(list(creator order by engagements desc, creator asc)[:3], ', ') as top_creators_30d
    from creators
    group by all

),

kpis as (

    select
        days.*,
        (sum(days.new_videos) over to_date)::bigint as videos_to_date,
        (sum(days.new_participants) over to_date)::bigint as participants_to_date,
        {{ ratio('days.qualified_videos', 'days.new_videos') }} as qualified_rate,
        {{ ratio('days.engagements', 'days.new_videos') }} as engagements_per_video,
        top_creators.top_creators_30d
    from days
    left join top_creators
        on days.report_date = top_creators.report_date and days.hashtag = top_creators.hashtag
    window to_date as (partition by days.hashtag order by days.report_date)

)

select * from kpis
