with landed as (

    select * from {{ source('landing', 'tiktok_organic__comments') }}

),

deduplicated as (

    -- A comment that arrives during the walk shifts the pages behind it.
    select *
    from landed
    qualify row_number() over (
        partition by _account_id, comment_id
        order by _pulled_at desc, _pull_id desc, hash(landed)
    ) = 1

),

renamed as (

    select
        comment_id,
        video_id as item_id,
        _account_id as business_id,
        to_timestamp({{ cleaned('create_time', 'bigint') }}) as commented_at,
        -- One window is one UTC day.
        _window_start as comment_date,
        {{ cleaned('text') }} as comment_text,
        author_sha256,
        likes,
        replies,
        owner as is_by_brand,
        liked as is_liked_by_brand,
        pinned as is_pinned,
        status = 'HIDDEN' as is_hidden
    from deduplicated

)

select * from renamed
