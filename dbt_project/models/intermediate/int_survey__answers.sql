with orders as (

    select * from {{ ref('stg_shopify__orders') }}

),

counted as (

    select * from {{ ref('int_orders__counted') }}
    where is_counted

),

rules as (

    select * from {{ ref('survey_answers') }}

),

answered as (

    -- Plain letters and single spaces, so that a pattern needs no accents, capitals or dashes.
    select
        counted.order_id,
        counted.order_date,
        orders.survey_answer,
        trim(regexp_replace(strip_accents(lower(orders.survey_answer)), '[^a-z0-9]+', ' ', 'g')) as plain_answer,
        -- The question stands in the checkout of the web shop; tills and drafts never show it.
        coalesce(counted.source_name = 'web' or orders.survey_answer is not null, false) as is_asked
    from counted
    inner join orders on counted.order_id = orders.order_id

),

plain_answers as (

    -- Each spelling is matched once, however many buyers wrote it.
    select distinct plain_answer
    from answered
    where survey_answer is not null

),

recognised as (

    select
        plain_answers.plain_answer,
        arg_min(rules.channel, (rules.rule_number, rules.channel)) as channel
    from plain_answers
    inner join rules on regexp_matches(plain_answers.plain_answer, rules.pattern)
    group by all

),

named as (

    select
        answered.order_id,
        answered.order_date,
        answered.is_asked,
        answered.survey_answer is not null as is_answered,
        case
            when answered.survey_answer is not null then coalesce(recognised.channel, '(not recognised)')
            when answered.is_asked then '(unanswered)'
            else '(not asked)'
        end as channel
    from answered
    left join recognised on answered.plain_answer = recognised.plain_answer

)

select * from named
