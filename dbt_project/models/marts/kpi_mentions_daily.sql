with named as (

    select * from {{ ref('int_comments__named') }}

),

texts as (

    select * from {{ ref('int_comments__texts') }}

),

readings as (

    select * from {{ ref('int_comments__sentiment') }}

),

by_day as (

    select
        texts.said_date as report_date,
        texts.surface,
        named.subject,
        any_value(named.product_id) as product_id,
        count(*) as mentions,
        count(distinct texts.author_sha256) as authors,
        sum(texts.likes)::bigint as likes,
        sum(texts.replies)::bigint as replies,
        sum(texts.shares)::bigint as shares,
        sum(coalesce(texts.likes, 0) + coalesce(texts.replies, 0) + coalesce(texts.shares, 0))::bigint
            as engagements,
        count(texts.reach) as mentions_with_reach,
        sum(texts.views)::bigint as views_as_stated,
        sum(texts.reach)::bigint as combined_reach_as_stated,
        count(*) filter (where readings.sentiment = 'positive') as positive,
        count(*) filter (where readings.sentiment = 'neutral') as neutral,
        count(*) filter (where readings.sentiment = 'negative') as negative
    from named
    inner join texts on named.text_key = texts.text_key
    left join readings on named.text_key = readings.text_key
    group by all

),

kpis as (

    select
        *,
        {{ ratio('engagements', 'mentions') }} as engagements_per_mention,
        {{ ratio('negative', 'positive + neutral + negative') }} as negative_rate
    from by_day

)

select * from kpis
