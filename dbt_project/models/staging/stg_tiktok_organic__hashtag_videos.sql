with {{ marked_snapshots('tiktok_organic__hashtag_videos', ['item_id']) }},

renamed as (

    select
        item_id,
        _account_id as business_id,
        _window_start as snapshot_date,
        _is_newest as is_newest,
        to_timestamp({{ cleaned('create_time', 'bigint') }}) as published_at,
        creator_handle_sha256,
        {{ cleaned('caption') }} as caption,
        likes,
        comments,
        shares,
        views,
        reach,
        matched_hashtags
    from deduplicated

)

select * from renamed
