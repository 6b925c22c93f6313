with {{ marked_snapshots('tiktok_creators__creators', ['creator_id']) }},

renamed as (

    select
        creator_id,
        _account_id as tiktok_one_account_id,
        _window_start as snapshot_date,
        _is_newest as is_newest,
        handle_sha256,
        {{ cleaned('followers_count', 'bigint') }} as followers,
        {{ cleaned('following_count', 'bigint') }} as following,
        {{ cleaned('likes_count', 'bigint') }} as likes,
        {{ cleaned('videos_count', 'bigint') }} as videos,
        {{ cleaned('median_views', 'double') }} as median_views,
        {{ cleaned('engagement_rate', 'double') }} as engagement_rate,
        {{ cleaned('creator_price', 'decimal(18, 4)') }} as creator_price_own_currency,
        {{ cleaned('currency') }} as price_currency,
        {{ cleaned('country_code') }} as country_code,
        industry_labels,
        content_labels,
        audience_countries,
        audience_genders,
        audience_ages,
        audience_devices
    from deduplicated

)

select * from renamed
