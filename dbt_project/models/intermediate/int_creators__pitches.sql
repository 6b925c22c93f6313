with outreach as (

    select * from {{ ref('stg_inputs__outreach') }}

),

handles as (

    select * from {{ ref('int_creators__handles') }}

),

posts as (

    select * from {{ ref('int_creators__posts') }}

),

keyed as (

    select
        outreach.*,
        coalesce(outreach.creator_key, handles.creator_key) as known_key
    from outreach
    left join handles on outreach.creator_sha256 = handles.creator_sha256

),

first_posts as (

    -- What TikTok One tells is a day: its midnight. A post of the signature's day counts.
    select
        keyed.batch,
        keyed.creator_sha256,
        timezone('{{ var("reporting_timezone") }}', min(posts.posted_date)::timestamp) as shown_at
    from keyed
    inner join posts
        on keyed.known_key = posts.creator_key and posts.posted_date >= {{ reporting_date('keyed.signed_at') }}
    group by all

),

pitches as (

    -- Who signed has answered, and who answered has opened, also where nobody wrote it down.
    select
        keyed.batch,
        keyed.creator_sha256,
        keyed.known_key as creator_key,
        keyed.subject,
        keyed.sent_at,
        coalesce(keyed.opened_at, keyed.answered_at, keyed.signed_at) is not null as is_opened,
        coalesce(keyed.answered_at, keyed.signed_at) is not null as is_answered,
        keyed.signed_at is not null as is_signed,
        coalesce(keyed.posted_at, first_posts.shown_at) as first_posted_at,
        epoch(keyed.answered_at - keyed.sent_at) / 86400 as days_to_answer,
        epoch(keyed.signed_at - keyed.sent_at) / 86400 as days_to_sign,
        -- A post known by its day alone may seem to come before the signature of the same day.
        case
            when first_posted_at >= keyed.signed_at then epoch(first_posted_at - keyed.signed_at) / 86400
            when first_posted_at < keyed.signed_at then 0
        end as days_to_first_post,
        keyed.revisions
    from keyed
    left join first_posts
        on keyed.batch = first_posts.batch and keyed.creator_sha256 = first_posts.creator_sha256

)

select * from pitches
