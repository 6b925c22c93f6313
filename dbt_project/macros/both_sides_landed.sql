{#- Whether a scope of claims has both what TikTok claims and the shop it claims it of. -#}
{% macro both_sides_landed(scope) -%}
    case
        when {{ scope }} = 'web ads'
            then {{ landed('tiktok_ads__ad_daily') }} and {{ landed('shopify__orders') }}
        else {{ landed('tiktok_ads__gmv_max_campaign_daily') }} and {{ landed('tiktok_shop__orders') }}
    end
{%- endmacro %}
