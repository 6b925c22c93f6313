{{ config(materialized='days', meta={'day_column': 'report_date', 'subjects': [
    'tiktok_ads__ad_daily', 'tiktok_ads__gmv_max_campaign_daily', 'tiktok_organic__account_daily',
]}) }}
-- depends_on: {{ ref('int_changes__days') }}
{%- set ad_figures = [
    'spend', 'impressions', 'clicks', 'video_views', 'video_views_2s', 'video_completions', 'conversions',
    'platform_purchases', 'platform_purchase_value',
] %}
{%- set account_figures = [
    'account_video_views', 'profile_views', 'likes', 'comments', 'shares', 'engagements', 'new_followers',
    'net_followers',
] %}

with reported as (

    select * from {{ ref('stg_tiktok_ads__ad_daily') }}

),

spent as (

    select * from {{ ref('int_ads__spend') }}

),

gmv_max as (

    select * from {{ ref('stg_tiktok_ads__gmv_max_campaign_daily') }}

),

account_rates as (

    select * from {{ ref('int_ads__account_rates') }}

),

accounts as (

    select * from {{ ref('stg_tiktok_organic__account_daily') }}

),

valued as (

    select
        reported.*,
        spent.spend,
        coalesce(reported.app_purchases, 0) + coalesce(reported.web_purchases, 0)
        + coalesce(reported.shop_purchases, 0) as purchases,
        round(coalesce(reported.app_purchase_value_account_currency, 0) * spent.exchange_rate, 4)
        + round(coalesce(reported.web_purchase_value_account_currency, 0) * spent.exchange_rate, 4)
        + round(coalesce(reported.shop_purchase_value_account_currency, 0) * spent.exchange_rate, 4)
            as purchase_value
    from reported
    inner join spent on reported.ad_id = spent.ad_id and reported.report_date = spent.report_date
    where {{ in_batch('reported.report_date') }} and {{ in_batch('spent.report_date') }}

),

ads_by_day as (

    select
        report_date,
        sum(spend) as spend,
        sum(impressions) as impressions,
        sum(clicks) as clicks,
        sum(video_plays) as video_views,
        sum(video_views_2s) as video_views_2s,
        sum(video_views_p100) as video_completions,
        sum(conversions) as conversions,
        sum(purchases) as platform_purchases,
        sum(purchase_value) as platform_purchase_value
    from valued
    group by all

),

gmv_max_by_day as (

    -- GMV Max is in none of the ordinary reports, so this is spend on top of theirs.
    select
        gmv_max.report_date,
        sum(round(gmv_max.spend_account_currency * account_rates.exchange_rate, 4)) as gmv_max_spend
    from gmv_max
    asof left join account_rates
        on gmv_max.advertiser_id = account_rates.advertiser_id
        and gmv_max.report_date >= account_rates.valid_from
    where {{ in_batch('gmv_max.report_date') }}
    group by all

),

accounts_by_day as (

    select
        report_date,
        sum(video_views) as account_video_views,
        sum(profile_views) as profile_views,
        sum(likes) as likes,
        sum(comments) as comments,
        sum(shares) as shares,
        sum(likes + comments + shares) as engagements,
        sum(new_followers) as new_followers,
        sum(net_followers) as net_followers
    from accounts
    where {{ in_batch('report_date') }}
    group by all

),

figures as (

    {%- for figure in ad_figures %}
    select report_date, '{{ figure }}' as figure, {{ figure }}::decimal(18, 4) as amount from ads_by_day
    union all
    {%- endfor %}
    {%- for figure in account_figures %}
    select report_date, '{{ figure }}' as figure, {{ figure }}::decimal(18, 4) as amount from accounts_by_day
    union all
    {%- endfor %}
    select report_date, 'gmv_max_spend' as figure, gmv_max_spend::decimal(18, 4) as amount from gmv_max_by_day

)

select * from figures
