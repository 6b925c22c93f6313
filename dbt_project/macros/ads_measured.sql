{#-
  CTEs that turn any level's report of TikTok Ads into the marts' measures, the same for all: from a CTE
  `reported` (stg_tiktok_ads__*_daily) and a CTE `account_rates` to a CTE `measured`. A product view, a
  cart, a checkout or a purchase happens in an app, on the website or in the TikTok Shop: three legs, one
  sum. What TikTok did not send stays null.
-#}
{% macro ads_measured() -%}
rated as (

    -- The rate that was valid on the account's day.
    select
        reported.*,
        account_rates.account_currency,
        account_rates.exchange_rate
    from reported
    asof left join account_rates
        on reported.advertiser_id = account_rates.advertiser_id
        and reported.report_date >= account_rates.valid_from
    where {{ in_batch('reported.report_date') }}

),

measured as (

    select
        *,
        {{ ads_money('spend_account_currency') }} as spend,
        engagements as platform_engagements,
        {{ known_sum('likes', 'comments', 'shares', 'follows') }} as community_engagements,
        {{ known_sum('app_content_views', 'web_content_views', 'shop_content_views') }} as content_views,
        {{ known_sum('app_carts', 'web_carts', 'shop_carts') }} as carts,
        {{ known_sum('app_checkouts', 'web_checkouts', 'shop_checkouts') }} as checkouts,
        {{ known_sum('app_purchases', 'web_purchases', 'shop_purchases') }} as purchases,
        -- What came after a click is what TikTok credits neither to a view nor to an engaged view.
        web_purchases - vta_purchases - evta_purchases as cta_purchases,
        {{ ads_money('app_purchase_value_account_currency') }} as app_purchase_value,
        {{ ads_money('web_purchase_value_account_currency') }} as web_purchase_value,
        {{ ads_money('shop_purchase_value_account_currency') }} as shop_purchase_value,
        {{ ads_money('vta_purchase_value_account_currency') }} as vta_purchase_value,
        (web_purchase_value - vta_purchase_value)::decimal(18, 4) as cta_evta_purchase_value,
        ({{ known_sum('app_purchase_value', 'web_purchase_value', 'shop_purchase_value') }})::decimal(18, 4)
            as purchase_value
    from rated

)
{%- endmacro %}


{#- An amount of the ad account in the reporting currency. -#}
{% macro ads_money(amount) -%}
    round({{ amount }} * exchange_rate, 4)::decimal(18, 4)
{%- endmacro %}
