-- What landed is in the staging model or in quarantine, to the row: nothing is left out in silence.
{%- set reports = {
    'ad_daily': ['ad_id'], 'ad_hourly': ['ad_id', 'stat_time_hour'], 'ad_placement_daily': ['ad_id', 'placement'],
    'adgroup_daily': ['adgroup_id'], 'advertiser_daily': [],
    'campaign_age_gender_daily': ['campaign_id', 'age', 'gender'],
    'campaign_country_daily': ['campaign_id', 'country_code'], 'campaign_daily': ['campaign_id'],
    'campaign_language_daily': ['campaign_id', 'language'], 'campaign_platform_daily': ['campaign_id', 'platform'],
} %}

with quarantine as (

    select * from {{ ref('ops_quarantine_daily') }}
    where is_left_out

),

counted as (

    {%- for report, keys in reports.items() %}
    select
        'tiktok_ads__{{ report }}' as stream_name, _window_start as report_date,
        count(distinct row({{ (['_account_id'] + keys) | join(', ') }})) as landed, 0 as kept, 0 as set_apart
    from {{ source('landing', 'tiktok_ads__' ~ report) }}
    group by all
    union all
    select 'tiktok_ads__{{ report }}' as stream_name, report_date, 0 as landed, count(*) as kept, 0 as set_apart
    from {{ ref('stg_tiktok_ads__' ~ report) }}
    group by all
    union all
    {%- endfor %}
    select 'shopify__orders' as stream_name, _window_start as report_date, count(*) as landed, 0 as kept, 0 as set_apart
    from {{ source('landing', 'shopify__orders') }}
    group by all
    union all
    select 'shopify__orders' as stream_name, window_start as report_date, 0 as landed, count(*) as kept, 0 as set_apart
    from {{ ref('stg_shopify__orders') }}
    group by all
    union all
    select stream_name, report_date, 0 as landed, 0 as kept, quarantined_rows as set_apart
    from quarantine
    where stream_name = 'shopify__orders' or stream_name like 'tiktok_ads__%'

),

compared as (

    select
        stream_name,
        report_date,
        sum(landed) as landed,
        sum(kept) as kept,
        sum(set_apart) as set_apart
    from counted
    where report_date <= (select max(status.horizon) from {{ source('ledger', 'stream_status') }} as status)
    group by all

)

select * from compared
where landed != kept + set_apart
