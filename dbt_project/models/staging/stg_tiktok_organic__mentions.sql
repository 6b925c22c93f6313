with landed as (

    select * from {{ source('landing', 'tiktok_organic__mentions') }}

),

deduplicated as (

    select *
    from landed
    qualify row_number() over (
        partition by _account_id, _window_start, item_id
        order by _pulled_at desc, _pull_id desc, hash(landed)
    ) = 1

),

renamed as (

    select
        item_id,
        _account_id as business_id,
        _window_start as snapshot_date,
        row_number() over (
            partition by _account_id, item_id
            order by _window_start desc
        ) = 1 as is_newest,
        to_timestamp({{ cleaned('create_time', 'bigint') }}) as published_at,
        creator_handle_sha256,
        {{ cleaned('caption') }} as caption,
        likes,
        comments,
        shares,
        views,
        reach
    from deduplicated

)

select * from renamed
