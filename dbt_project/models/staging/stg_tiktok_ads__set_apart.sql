{%- set levels = [
    'core', 'people', 'result', 'video', 'engaged_view', 'all_engagement', 'live', 'funnel', 'attribution'
] -%}
{%- set splits = ['core', 'video', 'engaged_view', 'engagement'] -%}
{%- set reports = {
    'ad_daily': {'keys': ['ad_id'], 'metrics': levels},
    'ad_hourly': {'keys': ['ad_id', 'stat_time_hour'], 'metrics':
        ['core', 'video', 'engaged_view', 'all_engagement', 'live', 'funnel', 'attribution']},
    'ad_placement_daily': {'keys': ['ad_id', 'placement'], 'metrics': splits},
    'adgroup_daily': {'keys': ['adgroup_id'], 'metrics': levels},
    'advertiser_daily': {'keys': [], 'metrics': levels + ['cash']},
    'campaign_age_gender_daily': {'keys': ['campaign_id', 'age', 'gender'], 'metrics': splits},
    'campaign_country_daily': {'keys': ['campaign_id', 'country_code'], 'metrics':
        ['core', 'result', 'video', 'engagement']},
    'campaign_daily': {'keys': ['campaign_id'], 'metrics': levels},
    'campaign_language_daily': {'keys': ['campaign_id', 'language'], 'metrics': splits},
    'campaign_platform_daily': {'keys': ['campaign_id', 'platform'], 'metrics': splits},
} -%}

with judged as (

    {%- for report, of in reports.items() %}
    {%- if not loop.first %}
    union all
    {%- endif %}
    select
        'tiktok_ads__{{ report }}' as stream_name,
        landed._account_id as advertiser_id,
        landed._window_start as report_date,
        concat_ws(' ', {{ (of['keys'] or ['_account_id']) | join(', ') }}) as row_key,
        {{ report_fault(*of['metrics']) }} as reason,
        try_cast(spend as decimal(18, 4)) as spend_account_currency
    from {{ source('landing', 'tiktok_ads__' ~ report) }} as landed
    qualify
        row_number() over (
            partition by {{ (['_account_id', '_window_start'] + of['keys']) | join(', ') }}
            order by _pulled_at desc, _pull_id desc, hash(landed)
        ) = 1
    {%- endfor %}

),

set_apart as (

    select * from judged
    where reason is not null

)

select * from set_apart
