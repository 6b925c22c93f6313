with listed as (

    select * from {{ ref('stg_tiktok_organic__hashtag_videos') }}
    where is_newest

),

own_posts as (

    select distinct item_id from {{ ref('int_content__posts') }}

),

contracts as (

    select distinct
        creator_sha256,
        creator_key
    from {{ ref('stg_inputs__creator_contracts') }}

),

off_topic_words as (

    select {{ bare_words('words') }} as words from {{ ref('challenge_off_topic_words') }}

),

by_hashtag as (

    -- Two accounts of the brand may both list a video.
    select
        unnest(list_distinct(from_json(listed.matched_hashtags, '["varchar"]'))) as hashtag,
        listed.item_id,
        max(listed.snapshot_date) as snapshot_date,
        any_value(listed.published_at) as published_at,
        any_value(listed.published_at)::date as published_date,
        any_value(listed.creator_handle_sha256) as author_sha256,
        any_value(listed.caption) as caption,
        max(listed.likes) as likes,
        max(listed.comments) as comments,
        max(listed.shares) as shares,
        max(listed.views) as views,
        max(listed.reach) as reach
    from listed
    group by listed.item_id, listed.matched_hashtags

),

one_each as (

    select *
    from by_hashtag
    qualify row_number() over (partition by hashtag, item_id order by snapshot_date desc, hash(by_hashtag)) = 1

),

with_author as (

    select
        one_each.*,
        coalesce(one_each.likes, 0) + coalesce(one_each.comments, 0) + coalesce(one_each.shares, 0) as engagements,
        contracts.creator_key is not null as is_contracted,
        one_each.item_id in (select own_posts.item_id from own_posts) as is_own,
        coalesce(contracts.creator_key, left(one_each.author_sha256, 12), '(unknown)') as creator
    from one_each
    left join contracts on one_each.author_sha256 = contracts.creator_sha256
    qualify row_number() over (
        partition by one_each.hashtag, one_each.item_id order by contracts.creator_key
    ) = 1

),

flagged as (

    select
        *,
        not is_own and row_number() over (
            partition by hashtag, creator order by published_at, item_id
        ) = 1 as is_first_of_creator,
        exists (
            select 1 from off_topic_words
            where contains({{ bare_words("coalesce(with_author.caption, '')") }}, off_topic_words.words)
        )
        or len(regexp_extract_all(coalesce(caption, ''), '#')) > 10 as is_off_topic,
        -- A video needs a day or two to find its viewers.
        snapshot_date - published_date >= 2 and if(views is null, engagements < 3, views < 100)
            as is_near_zero,
        creator != '(unknown)' and count(*) over (
            partition by hashtag, creator
            order by published_at range between interval 7 day preceding and current row
        ) >= 3 as is_repeated
    from with_author

)

select
    * exclude (published_at, caption),
    not is_own and not is_off_topic and not is_near_zero and not is_repeated as is_qualified
from flagged
