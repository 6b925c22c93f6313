with landed as (

    select * from {{ source('landing', 'tiktok_ads__ad_daily') }}

),

deduplicated as (

    -- A page that shifts during the pull sends a row twice.
    select *
    from landed
    qualify row_number() over (
        partition by _account_id, _window_start, ad_id
        order by _pulled_at desc, _pull_id desc, hash(landed)
    ) = 1

),

renamed as (

    select
        ad_id,
        _account_id as advertiser_id,
        -- One window is one day of the ad account.
        _window_start as report_date,
        {{ cleaned('spend', 'decimal(18, 4)') }} as spend_account_currency,
        {{ cleaned('impressions', 'bigint') }} as impressions,
        {{ cleaned('clicks', 'bigint') }} as clicks,
        {{ cleaned('reach', 'bigint') }} as reach,
        {{ cleaned('conversion', 'bigint') }} as conversions,
        {{ cleaned('result', 'bigint') }} as results,
        {{ cleaned('video_play_actions', 'bigint') }} as video_plays,
        {{ cleaned('video_watched_2s', 'bigint') }} as video_views_2s,
        {{ cleaned('video_watched_6s', 'bigint') }} as video_views_6s,
        {{ cleaned('video_views_p25', 'bigint') }} as video_views_p25,
        {{ cleaned('video_views_p50', 'bigint') }} as video_views_p50,
        {{ cleaned('video_views_p75', 'bigint') }} as video_views_p75,
        {{ cleaned('video_views_p100', 'bigint') }} as video_views_p100,
        {{ cleaned('average_video_play', 'double') }} as average_seconds_played,
        {{ cleaned('engaged_view', 'bigint') }} as engaged_views,
        {{ cleaned('likes', 'bigint') }} as likes,
        {{ cleaned('comments', 'bigint') }} as comments,
        {{ cleaned('shares', 'bigint') }} as shares,
        {{ cleaned('follows', 'bigint') }} as follows,
        {{ cleaned('profile_visits', 'bigint') }} as profile_visits,
        {{ cleaned('total_landing_page_view', 'bigint') }} as landing_page_views,
        {{ cleaned('total_view_content', 'bigint') }} as app_content_views,
        {{ cleaned('page_content_view_events', 'bigint') }} as web_content_views,
        {{ cleaned('onsite_on_web_detail', 'bigint') }} as shop_content_views,
        {{ cleaned('total_app_event_add_to_cart', 'bigint') }} as app_carts,
        {{ cleaned('web_event_add_to_cart', 'bigint') }} as web_carts,
        {{ cleaned('onsite_on_web_cart', 'bigint') }} as shop_carts,
        {{ cleaned('total_checkout', 'bigint') }} as app_checkouts,
        {{ cleaned('initiate_checkout', 'bigint') }} as web_checkouts,
        {{ cleaned('onsite_initiate_checkout_count', 'bigint') }} as shop_checkouts,
        {{ cleaned('total_purchase', 'bigint') }} as app_purchases,
        {{ cleaned('complete_payment', 'bigint') }} as web_purchases,
        {{ cleaned('onsite_shopping', 'bigint') }} as shop_purchases,
        {{ cleaned('total_purchase_value', 'decimal(18, 4)') }} as app_purchase_value_account_currency,
        -- The API's name for the website purchase value; it is no rate.
        {{ cleaned('total_complete_payment_rate', 'decimal(18, 4)') }} as web_purchase_value_account_currency,
        {{ cleaned('total_onsite_shopping_value', 'decimal(18, 4)') }} as shop_purchase_value_account_currency,
        {{ cleaned('cta_conversion', 'bigint') }} as cta_conversions,
        {{ cleaned('vta_conversion', 'bigint') }} as vta_conversions,
        {{ cleaned('engaged_view_through_conversions', 'bigint') }} as evta_conversions,
        {{ cleaned('vta_complete_payment', 'bigint') }} as vta_purchases,
        {{ cleaned('vta_complete_payment_value', 'decimal(18, 4)') }} as vta_purchase_value_account_currency,
        {{ cleaned('evta_payments_completed', 'bigint') }} as evta_purchases,
        {{ cleaned('real_time_conversion', 'bigint') }} as conversions_by_event_day
    from deduplicated

)

select * from renamed
