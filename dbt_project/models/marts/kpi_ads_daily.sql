{{ config(materialized='days', meta={
    'day_column': 'report_date', 'subjects': ['tiktok_ads__ad_daily'],
    'stale_when': {
        'schema': 'staging', 'table': 'stg_tiktok_ads__ads', 'key': 'ad_id',
        'columns': ['adgroup_id', 'campaign_id']
    }
}) }}

with reported as (

    select * from {{ ref('stg_tiktok_ads__ad_daily') }}

),

spent as (

    select * from {{ ref('int_ads__spend') }}

),

joined as (

    select
        reported.*,
        spent.campaign_id,
        spent.adgroup_id,
        spent.account_currency,
        spent.exchange_rate,
        spent.spend
    from reported
    inner join spent on reported.ad_id = spent.ad_id and reported.report_date = spent.report_date
    where {{ in_batch('reported.report_date') }} and {{ in_batch('spent.report_date') }}

),

converted as (

    -- A purchase happens in an app, on the website or in the TikTok Shop: three legs, one sum.
    select
        *,
        coalesce(app_content_views, 0) + coalesce(web_content_views, 0) + coalesce(shop_content_views, 0)
            as content_views,
        coalesce(app_carts, 0) + coalesce(web_carts, 0) + coalesce(shop_carts, 0) as carts,
        coalesce(app_checkouts, 0) + coalesce(web_checkouts, 0) + coalesce(shop_checkouts, 0) as checkouts,
        coalesce(app_purchases, 0) + coalesce(web_purchases, 0) + coalesce(shop_purchases, 0) as purchases,
        coalesce(app_purchase_value_account_currency, 0) * exchange_rate as app_value,
        coalesce(web_purchase_value_account_currency, 0) * exchange_rate as web_value,
        coalesce(shop_purchase_value_account_currency, 0) * exchange_rate as shop_value,
        coalesce(vta_purchase_value_account_currency, 0) * exchange_rate as vta_value
    from joined

),

valued as (

    select
        *,
        round(app_value, 4)::decimal(18, 4) as app_purchase_value,
        round(web_value, 4)::decimal(18, 4) as web_purchase_value,
        round(shop_value, 4)::decimal(18, 4) as shop_purchase_value,
        round(vta_value, 4)::decimal(18, 4) as vta_purchase_value,
        (app_purchase_value + web_purchase_value + shop_purchase_value)::decimal(18, 4) as purchase_value,
        coalesce(likes, 0) + coalesce(comments, 0) + coalesce(shares, 0) + coalesce(follows, 0) as engagements
    from converted

),

kpis as (

    select
        report_date, advertiser_id, campaign_id, adgroup_id, ad_id,
        account_currency, spend, spend_account_currency,
        impressions, clicks, reach,
        video_plays, video_views_2s, video_views_6s,
        video_views_p25, video_views_p50, video_views_p75, video_views_p100,
        average_seconds_played, engaged_views,
        likes, comments, shares, follows, profile_visits, engagements,
        landing_page_views, content_views, carts, checkouts,
        conversions, conversions_by_event_day,
        purchases, app_purchases, web_purchases, shop_purchases,
        purchase_value, app_purchase_value, web_purchase_value, shop_purchase_value,
        cta_conversions, vta_conversions, evta_conversions,
        vta_purchases, vta_purchase_value, evta_purchases,
        {{ ratio('impressions', 'reach') }} as frequency,
        {{ ratio('clicks', 'impressions') }} as ctr,
        {{ ratio('spend', 'clicks') }} as cpc,
        {{ ratio('spend * 1000', 'impressions') }} as cpm,
        {{ ratio('spend', 'purchases') }} as cost_per_purchase,
        {{ ratio('purchases', 'clicks') }} as purchase_rate,
        {{ ratio('purchase_value', 'spend') }} as platform_roas,
        {{ ratio('video_views_2s', 'video_plays') }} as hook_rate,
        {{ ratio('video_views_p100', 'video_plays') }} as completion_rate,
        {{ ratio('engagements', 'impressions') }} as engagement_rate
    from valued

)

select * from kpis
