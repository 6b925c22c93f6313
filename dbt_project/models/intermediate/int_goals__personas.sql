with goals as (

    select * from {{ ref('int_goals__checked') }}
    where refusal is null and persona is not null

),

horizon as (

    select max(horizon) as last_date from {{ source('ledger', 'stream_status') }}

),

persona_words as (

    select * from {{ ref('persona_words') }}

),

segments as (

    select * from {{ ref('stg_tiktok_ads__campaign_age_gender_daily') }}

),

account_rates as (

    select * from {{ ref('int_ads__account_rates') }}

),

meant as (

    -- All words of a persona's name hold together.
    select
        goals.goal_id,
        goals.period_start_date,
        goals.period_end_date,
        max(persona_words.gender) as gender,
        max(persona_words.min_age) as min_age,
        min(persona_words.max_age) as max_age
    from goals
    inner join persona_words on regexp_matches(lower(goals.persona), persona_words.pattern)
    group by all

),

split as (

    -- AGE_25_34 ends at 34; TikTok writes the open end as 100. NONE and UNKNOWN are of no age or gender.
    select
        segments.report_date,
        segments.gender,
        try_cast(string_split(segments.age, '_')[2] as integer) as first_age,
        try_cast(string_split(segments.age, '_')[3] as integer) as last_age,
        segments.spend_account_currency * account_rates.exchange_rate as spend,
        segments.impressions,
        segments.conversions
    from segments
    asof left join account_rates
        on segments.advertiser_id = account_rates.advertiser_id
        and segments.report_date >= account_rates.valid_from

),

in_period as (

    select
        meant.goal_id,
        split.*,
        coalesce(split.gender = meant.gender, meant.gender is null)
        and coalesce(split.first_age >= meant.min_age, meant.min_age is null)
        and coalesce(split.last_age <= meant.max_age, meant.max_age is null) as is_meant
    from meant
    inner join split on split.report_date between meant.period_start_date and meant.period_end_date
    inner join horizon on split.report_date <= horizon.last_date

),

shared as (

    select
        goal_id,
        round(sum(spend), 4)::decimal(18, 4) as audience_spend,
        round(coalesce(sum(spend) filter (where is_meant), 0), 4)::decimal(18, 4) as persona_spend,
        sum(impressions)::bigint as audience_impressions,
        coalesce(sum(impressions) filter (where is_meant), 0)::bigint as persona_impressions,
        sum(conversions)::bigint as audience_conversions,
        coalesce(sum(conversions) filter (where is_meant), 0)::bigint as persona_conversions
    from in_period
    group by all

),

told as (

    select
        goals.goal_id,
        shared.audience_spend,
        shared.persona_spend,
        shared.audience_impressions,
        shared.persona_impressions,
        shared.audience_conversions,
        shared.persona_conversions,
        case
            when meant.goal_id is null
                then 'The persona''s name says no age or gender that seeds/persona_words.csv knows.'
            when shared.goal_id is null then 'No ad has been reported by age and gender in the period.'
        end as persona_reason
    from goals
    left join meant on goals.goal_id = meant.goal_id
    left join shared on goals.goal_id = shared.goal_id

)

select * from told
