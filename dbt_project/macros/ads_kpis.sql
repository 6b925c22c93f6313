{#-
  The columns that a mart of TikTok Ads shows of a CTE with the measures of `ads_measured`: base sums
  first, then every ratio of them.
-#}
{% macro ads_kpis() -%}
        account_currency, spend, spend_account_currency,
        impressions, clicks, reach,
        video_plays, video_views_2s, video_views_6s,
        video_views_p25, video_views_p50, video_views_p75, video_views_p100,
        average_seconds_played, average_seconds_played_per_viewer, engaged_views, engaged_views_15s,
        likes, comments, shares, follows, profile_visits,
        community_engagements as engagements, platform_engagements,
        landing_page_views, content_views, carts, checkouts,
        results, conversions, conversions_by_event_day,
        cta_conversions, vta_conversions, evta_conversions,
        purchases, app_purchases, web_purchases, shop_purchases,
        cta_purchases, vta_purchases, evta_purchases,
        purchase_value, app_purchase_value, web_purchase_value, shop_purchase_value,
        vta_purchase_value, cta_evta_purchase_value,
        live_views, live_effective_views, live_product_clicks,
        {{ ratio('impressions', 'reach') }} as frequency,
        {{ ratio('clicks', 'impressions') }} as ctr,
        {{ ratio('spend', 'clicks') }} as cpc,
        {{ ratio('spend * 1000', 'impressions') }} as cpm,
        {{ ratio('spend * 1000', 'reach') }} as cost_per_1000_reached,
        {{ ratio('spend', 'results') }} as cost_per_result,
        {{ ratio('spend', 'conversions') }} as cost_per_conversion,
        {{ ratio('spend', 'carts') }} as cost_per_cart,
        {{ ratio('spend', 'purchases') }} as cost_per_purchase,
        {{ ratio('purchases', 'clicks') }} as purchase_rate,
        {{ ratio('purchase_value', 'spend') }} as platform_roas,
        {{ ratio('video_views_2s', 'impressions') }} as hook_rate,
        {{ ratio('video_views_6s', 'video_views_2s') }} as hold_rate,
        {{ ratio('video_views_p100', 'impressions') }} as view_through_rate,
        {{ ratio('video_views_p100', 'video_plays') }} as completion_rate,
        {{ ratio('community_engagements', 'impressions') }} as engagement_rate_by_impressions,
        {{ ratio('community_engagements', 'reach') }} as engagement_rate_by_reach
{%- endmacro %}
