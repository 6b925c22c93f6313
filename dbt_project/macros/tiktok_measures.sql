{#-
  Select list of a TikTok report's measures, typed and named once for all levels and splits.
  Arguments are groups of metrics, as plugins/rivage/streams/_tiktok_metrics.py groups them:
  core, people, result, video, engaged_view, engagement, all_engagement, live, funnel,
  attribution, cash. Rounded ratios are not read; models derive them from the counts. A number that
  can't be read is null here: its row is set apart by `report_fault`, and the build goes on.
-#}
{% macro tiktok_measures() -%}
    {%- for metric, type, name in tiktok_metrics(*varargs) %}
        try_cast({{ cleaned(metric) }} as {{ type }}) as {{ name }}{{ '' if loop.last else ',' }}
    {%- endfor %}
{%- endmacro %}


{#-
  Why a row of a TikTok report is set apart, null for a good one: a number that can't be read, or a
  spend below zero. Arguments as of `tiktok_measures`.
-#}
{% macro report_fault() -%}
    case
        when len(list_filter(
            [{% for metric, type, name in tiktok_metrics(*varargs) %}{{ metric }}{{ ', ' if not loop.last }}{% endfor %}],
            sent -> {{ cleaned('sent') }} is not null and try_cast(sent as double) is null
        )) > 0 then 'unreadable number'
        when try_cast(spend as double) < 0 then 'negative spend'
    end
{%- endmacro %}


{#- Metric, type and name of the groups: see `tiktok_measures`. -#}
{% macro tiktok_metrics() -%}
    {%- set engagement = [
        ('likes', 'bigint', 'likes'),
        ('comments', 'bigint', 'comments'),
        ('shares', 'bigint', 'shares'),
        ('follows', 'bigint', 'follows'),
        ('profile_visits', 'bigint', 'profile_visits'),
        ('clicks_on_music_disc', 'bigint', 'music_clicks'),
        ('total_landing_page_view', 'bigint', 'landing_page_views'),
    ] -%}
    {%- set groups = {
        'core': [
            ('spend', 'decimal(18, 4)', 'spend_account_currency'),
            ('impressions', 'bigint', 'impressions'),
            ('clicks', 'bigint', 'clicks'),
            ('conversion', 'bigint', 'conversions'),
            ('real_time_conversion', 'bigint', 'conversions_by_event_day'),
        ],
        'people': [
            ('reach', 'bigint', 'reach'),
            ('live_unique_views', 'bigint', 'live_viewers'),
            ('frequency', 'double', 'frequency'),
            ('average_video_play_per_user', 'double', 'average_seconds_played_per_viewer'),
        ],
        'result': [
            ('result', 'bigint', 'results'),
            ('real_time_result', 'bigint', 'results_by_event_day'),
        ],
        'video': [
            ('video_play_actions', 'bigint', 'video_plays'),
            ('video_watched_2s', 'bigint', 'video_views_2s'),
            ('video_watched_6s', 'bigint', 'video_views_6s'),
            ('video_views_p25', 'bigint', 'video_views_p25'),
            ('video_views_p50', 'bigint', 'video_views_p50'),
            ('video_views_p75', 'bigint', 'video_views_p75'),
            ('video_views_p100', 'bigint', 'video_views_p100'),
            ('average_video_play', 'double', 'average_seconds_played'),
        ],
        'engaged_view': [
            ('engaged_view', 'bigint', 'engaged_views'),
            ('engaged_view_15s', 'bigint', 'engaged_views_15s'),
        ],
        'engagement': engagement,
        'all_engagement': engagement + [
            ('engagements', 'bigint', 'engagements'),
            ('clicks_on_hashtag_challenge', 'bigint', 'hashtag_challenge_clicks'),
        ],
        'live': [
            ('live_views', 'bigint', 'live_views'),
            ('live_effective_views', 'bigint', 'live_effective_views'),
            ('live_product_clicks', 'bigint', 'live_product_clicks'),
        ],
        'funnel': [
            ('total_view_content', 'bigint', 'app_content_views'),
            ('page_content_view_events', 'bigint', 'web_content_views'),
            ('onsite_on_web_detail', 'bigint', 'shop_content_views'),
            ('total_app_event_add_to_cart', 'bigint', 'app_carts'),
            ('web_event_add_to_cart', 'bigint', 'web_carts'),
            ('onsite_on_web_cart', 'bigint', 'shop_carts'),
            ('total_checkout', 'bigint', 'app_checkouts'),
            ('initiate_checkout', 'bigint', 'web_checkouts'),
            ('onsite_initiate_checkout_count', 'bigint', 'shop_checkouts'),
            ('total_purchase', 'bigint', 'app_purchases'),
            ('complete_payment', 'bigint', 'web_purchases'),
            ('onsite_shopping', 'bigint', 'shop_purchases'),
            ('total_purchase_value', 'decimal(18, 4)', 'app_purchase_value_account_currency'),
            ('total_complete_payment_rate', 'decimal(18, 4)', 'web_purchase_value_account_currency'),
            ('total_onsite_shopping_value', 'decimal(18, 4)', 'shop_purchase_value_account_currency'),
            ('total_registration', 'bigint', 'app_registrations'),
            ('user_registration', 'bigint', 'web_registrations'),
        ],
        'attribution': [
            ('cta_conversion', 'bigint', 'cta_conversions'),
            ('vta_conversion', 'bigint', 'vta_conversions'),
            ('engaged_view_through_conversions', 'bigint', 'evta_conversions'),
            ('cta_purchase', 'bigint', 'cta_app_purchases'),
            ('vta_purchase', 'bigint', 'vta_app_purchases'),
            ('evta_purchase', 'bigint', 'evta_app_purchases'),
            ('vta_complete_payment', 'bigint', 'vta_purchases'),
            ('vta_complete_payment_value', 'decimal(18, 4)', 'vta_purchase_value_account_currency'),
            ('evta_payments_completed', 'bigint', 'evta_purchases'),
        ],
        'cash': [
            ('cash_spend', 'decimal(18, 4)', 'cash_spend_account_currency'),
            ('voucher_spend', 'decimal(18, 4)', 'voucher_spend_account_currency'),
        ],
    } -%}
    {%- set chosen = [] -%}
    {%- for group in varargs -%}
        {%- do chosen.extend(groups[group]) -%}
    {%- endfor -%}
    {{ return(chosen) }}
{%- endmacro %}
