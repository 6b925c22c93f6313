with texts as (

    select * from {{ ref('int_comments__texts') }}

),

readings as (

    select * from {{ ref('int_comments__sentiment') }}

),

read_texts as (

    select
        texts.*,
        if(texts.is_by_brand, '(brand)', readings.language) as language,
        readings.sentiment,
        readings.score,
        coalesce(texts.likes, 0) + coalesce(texts.replies, 0) + coalesce(texts.shares, 0) as engagements
    from texts
    left join readings on texts.text_key = readings.text_key
    where texts.is_by_brand or readings.text_key is not null

),

by_day as (

    select
        said_date as report_date,
        surface,
        language,
        count(sentiment) as texts,
        count(*) filter (where sentiment = 'positive') as positive,
        count(*) filter (where sentiment = 'neutral') as neutral,
        count(*) filter (where sentiment = 'negative') as negative,
        count(*) filter (where is_hidden) as hidden_comments,
        count(*) filter (where is_by_brand) as brand_comments,
        sum(engagements) filter (where not is_by_brand)::bigint as engagements,
        sum(score order by text_key) as score_sum,
        arg_max(said_text, (engagements, text_key)) filter (where not is_by_brand and not is_hidden)
            as most_engaged_text,
        arg_max(sentiment, (engagements, text_key)) filter (where not is_by_brand and not is_hidden)
            as most_engaged_sentiment,
        arg_max(said_text, (engagements, text_key)) filter (where sentiment = 'negative' and not is_hidden)
            as most_engaged_negative_text
    from read_texts
    group by all

),

with_month_before as (

    select
        *,
        coalesce(sum(texts) over month_before, 0)::bigint as texts_28d_before,
        coalesce(sum(negative) over month_before, 0)::bigint as negative_28d_before
    from by_day
    window month_before as (
        partition by surface, language
        order by report_date range between interval 28 day preceding and interval 1 day preceding
    )

),

compared as (

    select
        *,
        texts >= 10 and texts_28d_before >= 30 as is_comparable,
        {{ ratio('negative', 'texts') }} as negative_rate,
        {{ ratio('negative_28d_before', 'texts_28d_before') }} as negative_rate_28d_before,
        {{ wilson_low('negative', 'texts') }} as low_now,
        {{ wilson_high('negative', 'texts') }} as high_now,
        {{ wilson_low('negative_28d_before', 'texts_28d_before') }} as low_before,
        {{ wilson_high('negative_28d_before', 'texts_28d_before') }} as high_before
    from with_month_before

),

differences as (

    -- The interval of the difference puts both Wilson intervals together (Newcombe 1998, method 10).
    select
        *,
        negative_rate - negative_rate_28d_before as difference,
        sqrt((negative_rate - low_now) ** 2 + (high_before - negative_rate_28d_before) ** 2) as below,
        sqrt((high_now - negative_rate) ** 2 + (negative_rate_28d_before - low_before) ** 2) as above
    from compared

),

kpis as (

    select
        report_date, surface, language,
        texts, positive, neutral, negative,
        hidden_comments, brand_comments,
        coalesce(engagements, 0)::bigint as engagements,
        {{ ratio('positive', 'texts') }} as positive_rate,
        negative_rate,
        {{ ratio('score_sum', 'texts') }} as average_score,
        texts_28d_before, negative_28d_before, negative_rate_28d_before,
        if(is_comparable, round(difference, 4), null) as negative_rate_change,
        if(is_comparable, round(difference - below, 4), null) as negative_rate_change_low,
        if(is_comparable, round(difference + above, 4), null) as negative_rate_change_high,
        if(is_comparable, difference > below or difference < -above, null) as is_change_clear,
        most_engaged_text, most_engaged_sentiment, most_engaged_negative_text
    from differences

)

select * from kpis
