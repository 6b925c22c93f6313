with written as (

    select * from {{ ref('stg_tiktok_organic__comments') }}

),

spark_posts as (

    select distinct tiktok_item_id as item_id
    from {{ ref('stg_tiktok_ads__ads') }}
    where tiktok_item_id is not null

),

own_posts as (

    select distinct item_id from {{ ref('int_content__posts') }}

),

mentions as (

    select * from {{ ref('stg_tiktok_organic__mentions') }}
    where is_newest

),

hashtag_videos as (

    select * from {{ ref('stg_tiktok_organic__hashtag_videos') }}
    where is_newest

),

comments as (

    select
        'comment:' || written.business_id || ':' || written.comment_id as text_key,
        if(spark_posts.item_id is null, 'comment_on_post', 'comment_on_ad_post') as surface,
        written.item_id,
        written.comment_date as said_date,
        written.comment_text as said_text,
        written.author_sha256,
        written.likes,
        written.replies,
        null::bigint as shares,
        null::bigint as views,
        null::bigint as reach,
        coalesce(written.is_by_brand, false) as is_by_brand,
        coalesce(written.is_hidden, false) as is_hidden
    from written
    left join spark_posts on written.item_id = spark_posts.item_id

),

captions as (

    -- A post that mentions the brand and carries its hashtag is one text, a mention.
    select
        'mention_caption' as surface,
        mentions.* exclude (snapshot_date, is_newest)
    from mentions
    union all by name
    select
        'hashtag_caption' as surface,
        hashtag_videos.* exclude (snapshot_date, is_newest, matched_hashtags)
    from hashtag_videos
    where hashtag_videos.item_id not in (select mentions.item_id from mentions)

),

posts as (

    -- What the brand says of itself is no opinion.
    select
        'post:' || captions.item_id as text_key,
        any_value(captions.surface) as surface,
        captions.item_id,
        any_value(captions.published_at)::date as said_date,
        any_value(captions.caption) as said_text,
        any_value(captions.creator_handle_sha256) as author_sha256,
        max(captions.likes) as likes,
        max(captions.comments) as replies,
        max(captions.shares) as shares,
        max(captions.views) as views,
        max(captions.reach) as reach,
        false as is_by_brand,
        false as is_hidden
    from captions
    where captions.item_id not in (select own_posts.item_id from own_posts)
    group by captions.item_id

),

texts as (

    select * from comments
    union all by name
    select * from posts

),

without_people as (

    -- Handles are masked at landing; what is left of them goes too.
    select
        * exclude (said_text),
        trim(regexp_replace(regexp_replace(coalesce(said_text, ''), '@\S+', '', 'g'), '\s+', ' ', 'g')) as said_text
    from texts

)

select * from without_people
