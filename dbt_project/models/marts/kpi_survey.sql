with answers as (

    select * from {{ ref('int_survey__answers') }}

),

credits as (

    select * from {{ ref('int_journeys__credits') }}
    where entry = 'order'

),

groups as (

    select * from {{ ref('survey_channels') }}

),

horizon as (

    select max(horizon) as last_day from {{ source('ledger', 'stream_status') }}

),

dated as (

    select
        *,
        date_trunc('month', order_date)::date as survey_month
    from answers

),

named as (

    select
        survey_month,
        channel,
        count(*) as orders,
        count_if(is_answered)::bigint as answers
    from dated
    group by all

),

credited as (

    -- Only the orders with an answer, so that both shares are of the same orders.
    select
        dated.survey_month,
        coalesce(groups.survey_channel, credits.channel) as channel,
        sum(credits.orders) filter (where credits.model = 'last_touch')::decimal(18, 6) as last_touch_orders,
        sum(credits.orders) filter (where credits.model = 'linear')::decimal(18, 6) as linear_orders
    from dated
    inner join credits on dated.order_id = credits.order_id
    left join groups on credits.channel = groups.attributed_channel
    where dated.is_answered
    group by all

),

by_month as (

    select
        survey_month,
        count(*) as month_orders,
        count_if(is_asked)::bigint as month_asked_orders,
        count_if(is_answered)::bigint as month_answers
    from dated
    group by all

),

keyed as (

    -- A channel that was named but not credited, or credited but not named, keeps its row.
    select
        coalesce(named.survey_month, credited.survey_month) as survey_month,
        coalesce(named.channel, credited.channel) as channel,
        coalesce(named.orders, 0) as orders,
        coalesce(named.answers, 0) as answers,
        coalesce(credited.last_touch_orders, 0) as last_touch_orders,
        coalesce(credited.linear_orders, 0) as linear_orders
    from named
    full outer join credited
        on named.survey_month = credited.survey_month and named.channel = credited.channel

),

shared as (

    select
        keyed.*,
        by_month.month_orders,
        by_month.month_asked_orders,
        by_month.month_answers,
        last_day(keyed.survey_month) <= horizon.last_day as is_complete,
        keyed.channel not in ('(unanswered)', '(not asked)') as is_answer
    from keyed
    inner join by_month on keyed.survey_month = by_month.survey_month
    cross join horizon

),

kpis as (

    select
        survey_month,
        channel,
        is_complete,
        orders,
        answers,
        last_touch_orders::decimal(18, 6) as last_touch_orders,
        linear_orders::decimal(18, 6) as linear_orders,
        month_orders,
        month_asked_orders,
        month_answers,
        if(is_answer, {{ ratio('answers', 'month_answers') }}, null) as answer_rate,
        if(is_answer, {{ wilson_low('answers', 'month_answers') }}, null) as answer_rate_low,
        if(is_answer, {{ wilson_high('answers', 'month_answers') }}, null) as answer_rate_high,
        if(is_answer, {{ ratio('last_touch_orders', 'month_answers') }}, null) as last_touch_rate,
        if(is_answer, {{ ratio('linear_orders', 'month_answers') }}, null) as linear_rate,
        {{ ratio('month_answers', 'month_asked_orders') }} as response_rate
    from shared

)

select * from kpis
