with landed as (

    select * from {{ source('landing', 'tiktok_shop__video_daily') }}

),

deduplicated as (

    -- A page that shifts during the pull sends a row twice.
    select *
    from landed
    qualify row_number() over (
        partition by _account_id, _window_start, id
        order by _pulled_at desc, _pull_id desc, hash(landed)
    ) = 1

),

renamed as (

    select
        id as video_id,
        -- One window is one day of the shop.
        _window_start as report_date,
        username_sha256 as creator_handle_sha256,
        creator_open_id,
        author_type,
        timezone('UTC', cast({{ cleaned('video_post_time') }} as timestamp)) as posted_at,
        duration as duration_seconds,
        views,
        likes,
        comments,
        shares,
        new_followers,
        product_impressions,
        product_clicks,
        sku_orders,
        items_sold as units,
        currency,
        {{ cleaned('attributed_gmv', 'decimal(18, 4)') }} as attributed_gmv_account_currency,
        {{ cleaned('gmv', 'decimal(18, 4)') }} as gmv_account_currency,
        {{ cleaned('indirect_gmv', 'decimal(18, 4)') }} as indirect_gmv_account_currency,
        {{ cleaned('video_finish_rate', 'decimal(18, 4)') }} as completion_rate,
        json_extract_string(products, '$[0].id') as first_product_id,
        _account_id as shop_id
    from deduplicated

)

select * from renamed
