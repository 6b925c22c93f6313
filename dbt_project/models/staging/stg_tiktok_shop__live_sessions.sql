with landed as (

    select * from {{ source('landing', 'tiktok_shop__live_sessions') }}

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
        id as room_id,
        -- One window is one day of the shop.
        _window_start as report_date,
        {{ cleaned('title') }} as title,
        to_timestamp({{ cleaned('start_time', 'bigint') }}) as started_at,
        to_timestamp({{ cleaned('end_time', 'bigint') }}) as ended_at,
        creator_user_name_sha256 as creator_handle_sha256,
        author_type,
        currency,
        {{ cleaned('live_attributed_gmv', 'decimal(18, 4)') }} as live_attributed_gmv_account_currency,
        {{ cleaned('live_gmv', 'decimal(18, 4)') }} as live_gmv_account_currency,
        {{ cleaned('live_indirect_gmv', 'decimal(18, 4)') }} as live_indirect_gmv_account_currency,
        live_attributed_orders as attributed_orders,
        live_attributed_sku_orders as attributed_sku_orders,
        live_attributed_items_sold as attributed_units,
        attributed_customers,
        views,
        viewers,
        pcu as peak_viewers,
        acu as average_viewers,
        impressions,
        product_impressions,
        product_clicks,
        avg_viewing_duration as average_viewing_seconds,
        likes,
        comments,
        shares,
        new_followers,
        _account_id as shop_id
    from deduplicated

)

select * from renamed
