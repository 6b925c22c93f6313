"""Names a report accepts (contract: tiktok.md 5): computed ones, attributes, and silent zeros."""

from __future__ import annotations

ATTRIBUTES = {
    # level from which on the attribute exists
    "advertiser": ("advertiser_name", "advertiser_id", "currency", "timezone"),
    "campaign": (
        "campaign_name", "campaign_id", "objective_type", "campaign_automation_type", "split_test",
        "campaign_budget", "campaign_dedicate_type", "app_promotion_type",
    ),
    "adgroup": (
        "adgroup_name", "adgroup_id", "placement_type", "promotion_type", "opt_status",
        "adgroup_download_url", "profile_image", "dpa_target_audience_type", "budget",
        "smart_target", "pricing_category", "billing_event", "bid_strategy", "bid",
        "bid_secondary_goal", "aeo_type", "tt_app_id", "tt_app_name", "mobile_app_id",
    ),
    "ad": (
        "ad_name", "ad_id", "ad_id_v2", "ad_text", "call_to_action", "ad_profile_image", "ad_url",
        "image_mode", "is_aco", "is_smart_creative", "video_id", "file_name", "identity_id",
        "tiktok_item_id", "tiktok_name", "is_removed_from_spc", "catalog_name",
        "catalog_modify_time",
    ),
}  # fmt: skip
LEVEL_OF_ATTRIBUTE = {name: level for level, names in ATTRIBUTES.items() for name in names}

# Only at advertiser level and by day.
CASH = frozenset({"cash_spend", "voucher_spend"})


def _names(text: str) -> list[str]:
    """Names in a block of text, for lists too long to quote."""
    return text.split()


COMPUTED = frozenset(
    _names("""
    spend billed_cost cash_spend voucher_spend cpc cpm impressions gross_impressions clicks ctr
    reach cost_per_1000_reached frequency conversion cost_per_conversion conversion_rate
    conversion_rate_v2 real_time_conversion real_time_cost_per_conversion
    real_time_conversion_rate real_time_conversion_rate_v2 result cost_per_result result_rate
    real_time_result real_time_cost_per_result real_time_result_rate video_play_actions
    video_watched_2s video_watched_6s video_views_p25 video_views_p50 video_views_p75
    video_views_p100 average_video_play average_video_play_per_user engaged_view engaged_view_15s
    engagements engagement_rate likes comments shares follows profile_visits profile_visits_rate
    clicks_on_music_disc page_content_view_events cost_per_page_content_view_event
    page_content_view_event_rate value_per_page_content_view_event
    total_page_view_content_events_value web_event_add_to_cart
    cost_per_web_event_add_to_cart web_event_add_to_cart_rate value_per_web_event_add_to_cart
    total_web_event_add_to_cart_value initiate_checkout cost_per_initiate_checkout
    initiate_checkout_rate value_per_initiate_checkout total_initiate_checkout_value
    complete_payment cost_per_complete_payment complete_payment_rate value_per_complete_payment
    complete_payment_roas total_complete_payment_rate total_landing_page_view
    cost_per_landing_page_view landing_page_view_rate vta_conversion cost_per_vta_conversion
    cta_conversion cost_per_cta_conversion engaged_view_through_conversions
    cost_per_engaged_view_through_conversion vta_complete_payment cost_per_vta_payments_completed
    vta_complete_payment_value vta_complete_payment_roas evta_payments_completed
    cost_per_evta_payments_completed live_views live_unique_views live_effective_views
    live_product_clicks clicks_on_hashtag_challenge""")
)

# Known, without a value for this brand: the answer is "-".
WITHOUT_VALUE = frozenset(
    {"secondary_goal_result", "cost_per_secondary_goal_result", "secondary_goal_result_rate"}
)

_APP_EVENTS = _names(
    "registration purchase app_event_add_to_cart checkout view_content next_day_open "
    "day7_retention add_payment_info add_to_wishlist launch_app complete_tutorial create_group "
    "join_group create_gamerole spend_credits achieve_level unlock_achievement sales_lead "
    "in_app_ad_click in_app_ad_impr loan_apply loan_credit loan_disbursement login ratings search "
    "start_trial subscribe"
)
_PAGE_EVENTS = _names(
    "button_click online_consult user_registration on_web_order add_billing page_event_search "
    "form download_start on_web_add_to_wishlist on_web_subscribe"
)
_SHOP_EVENTS = _names(
    "onsite_shopping onsite_initiate_checkout_count onsite_on_web_detail onsite_on_web_cart "
    "onsite_form onsite_download_start onsite_add_to_wishlist onsite_add_billing"
)
_SINGLE_ZEROS = _names("""onsite_shopping_roas shop_total_purchase_by_order_submission
    shop_gross_revenue_by_order_submission shop_total_items_purchased app_install
    cost_per_app_install real_time_app_install real_time_app_install_cost
    total_active_pay_roas cost_total_add_payment_info value_per_checkout
    total_pageview cost_per_pageview pageview_rate avg_value_per_pageview
    total_value_per_pageview page_browse_view organic_video_views video_watched_continuous_2s
    duet_clicks stitch_clicks sound_usage_clicks anchor_clicks anchor_click_rate
    tt_playlist_visit tt_playlist_visit_rate paid_engaged_view
    paid_engaged_view_15s paid_engagement_engaged_view paid_engagement_engaged_view_15s
    vta_purchase cta_purchase evta_purchase cost_per_vta_purchase cost_per_cta_purchase
    cost_per_evta_purchase interactive_add_on_impressions interactive_add_on_destination_clicks
    countdown_sticker_recall_clicks ix_page_duration_avg ix_page_viewrate_avg
    onsite_total_purchase onsite_unique_purchase onsite_total_purchase_value
    onsite_purchases_roas onsite_destination_visits custom_page_events
    cost_per_custom_page_event custom_page_event_rate value_per_custom_page_event
    custom_page_events_value skan_result skan_cost_per_result skan_result_rate skan_conversion
    skan_cost_per_conversion skan_conversion_rate skan_app_install skan_cost_per_app_install
    offline_shopping_events offline_shopping_events_value offline_shopping_events_roas
    vta_app_install cta_app_install evta_app_install vta_registration cta_registration
    evta_registration cost_per_vta_app_install cost_per_cta_app_install
    cost_per_evta_app_install cost_per_vta_registration cost_per_cta_registration
    cost_per_evta_registration""")


def _family(event: str, total_count: bool) -> list[str]:
    names = [event, f"cost_per_{event}", f"{event}_rate"]
    if total_count:
        return [*names, f"total_{event}", f"cost_per_total_{event}", f"value_per_total_{event}",
                f"total_{event}_value", f"skan_{event}", f"skan_total_{event}"]  # fmt: skip
    return [*names, f"value_per_{event}", f"total_{event}_value"]


ZEROS = frozenset(
    _SINGLE_ZEROS
    + [name for event in _APP_EVENTS for name in _family(event, total_count=True)]
    + [name for event in (*_PAGE_EVENTS, *_SHOP_EVENTS) for name in _family(event, False)]
)
KNOWN = COMPUTED | WITHOUT_VALUE | ZEROS | frozenset(LEVEL_OF_ATTRIBUTE)

# With the country dimension: no reach, no values, no web events except purchase count.
_COUNTRY_REFUSED = (
    "reach", "frequency", "cost_per_1000_reached", "value", "roas", "add_to_cart", "checkout",
    "page_content", "vta_", "cta_", "evta_", "engaged_view_through", "total_complete_payment_rate",
    "onsite", "shop", "skan", "billed", "cash", "voucher",
)  # fmt: skip


def allowed_by_country(name: str) -> bool:
    """Whether a metric may be split by country in a BASIC report."""
    if name.startswith("live_"):
        return name == "live_product_clicks"
    return not any(part in name for part in _COUNTRY_REFUSED)


_AUDIENCE_CORE = frozenset(
    _names("""
    spend cpc cpm impressions gross_impressions clicks ctr conversion cost_per_conversion
    conversion_rate conversion_rate_v2 real_time_conversion real_time_cost_per_conversion
    real_time_conversion_rate real_time_conversion_rate_v2 video_play_actions video_watched_2s
    video_watched_6s video_views_p25 video_views_p50 video_views_p75 video_views_p100
    average_video_play likes comments shares follows profile_visits profile_visits_rate
    clicks_on_music_disc engagements engagement_rate total_landing_page_view
    cost_per_landing_page_view landing_page_view_rate""")
)
_RESULTS = frozenset(
    _names("""result cost_per_result result_rate real_time_result real_time_cost_per_result
    real_time_result_rate""")
)
_PEOPLE = frozenset({"reach", "frequency", "cost_per_1000_reached"})
_SPLITS_WITH_PEOPLE = {"age", "gender", "province_id", "language"}


def allowed_by_audience(name: str, dimension: str, is_async: bool) -> bool:
    """Whether a metric may be split by an audience dimension; no app, web or shop event may."""
    if name in _RESULTS:
        return dimension == "country_code"
    if name in _PEOPLE:
        return dimension in _SPLITS_WITH_PEOPLE and not is_async
    if name in ("engaged_view", "engaged_view_15s"):
        return dimension != "country_code"
    if name == "conversion_rate_v2":
        return dimension != "country_code"
    return name in _AUDIENCE_CORE


# No sum of rows has a meaning for these.
NOT_ADDITIVE = frozenset({"reach", "frequency", "cost_per_1000_reached", "live_unique_views",
                          "average_video_play_per_user"})  # fmt: skip
