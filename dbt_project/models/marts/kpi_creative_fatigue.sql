with trends as (

    select * from {{ ref('int_ads__creative_trends') }}

),

creatives as (

    select * from {{ ref('int_ads__creatives') }}

),

covered as (

    select min(valid_from) as first_date from {{ ref('int_ads__account_rates') }}

),

compared as (

    select
        trends.*,
        creatives.creative_name,
        creatives.narration,
        creatives.theme,
        coalesce(timezone('UTC', creatives.first_created_at)::date >= covered.first_date, false) as is_first_week_seen,
        {{ ratio('base_views_2s', 'base_impressions') }} as base_hook_rate,
        {{ ratio('recent_views_2s', 'recent_impressions') }} as recent_hook_rate,
        {{ ratio('base_clicks', 'base_impressions') }} as base_ctr,
        {{ ratio('recent_clicks', 'recent_impressions') }} as recent_ctr,
        {{ ratio('recent_hook_rate', 'base_hook_rate') }} as hook_change,
        {{ rate_change_bound(
            '-', 'recent_views_2s', 'recent_impressions', 'base_views_2s', 'base_impressions', 'hook_overdispersion'
        ) }} as hook_change_low,
        {{ rate_change_bound(
            '', 'recent_views_2s', 'recent_impressions', 'base_views_2s', 'base_impressions', 'hook_overdispersion'
        ) }} as hook_change_high,
        {{ ratio('recent_ctr', 'base_ctr') }} as ctr_change,
        {{ rate_change_bound(
            '-', 'recent_clicks', 'recent_impressions', 'base_clicks', 'base_impressions', 'click_overdispersion'
        ) }} as ctr_change_low,
        {{ rate_change_bound(
            '', 'recent_clicks', 'recent_impressions', 'base_clicks', 'base_impressions', 'click_overdispersion'
        ) }} as ctr_change_high
    from trends
    left join creatives on trends.creative_id = creatives.creative_id
    cross join covered

),

judged as (

    -- Tiring: a drop is sure and at least a tenth. Steady: a loss of more than a fifth is ruled out.
    select
        *,
        case
            when hook_change <= 0.9 and hook_change_high < 1 then 'tiring'
            when hook_change_low >= 0.8 then 'steady'
            else 'unknown'
        end as hook_status,
        case
            when ctr_change <= 0.9 and ctr_change_high < 1 then 'tiring'
            when ctr_change_low >= 0.8 then 'steady'
            else 'unknown'
        end as ctr_status,
        case
            when delivering_day <= 7 then 'fresh'
            when 'tiring' in (hook_status, ctr_status) then 'tiring'
            when hook_change is null then ctr_status
            else hook_status
        end as status
    from compared

),

fatigue as (

    select
        report_date, creative_id, creative_name, narration, theme,
        first_delivering_date, delivering_day, is_first_week_seen,
        base_impressions, base_views_2s, base_clicks,
        recent_impressions, recent_views_2s, recent_clicks,
        base_hook_rate, recent_hook_rate, hook_change, hook_change_low, hook_change_high, hook_overdispersion,
        base_ctr, recent_ctr, ctr_change, ctr_change_low, ctr_change_high, click_overdispersion,
        status
    from judged

)

select * from fatigue
