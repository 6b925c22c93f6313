{{ config(materialized='days', meta={
    'day_column': 'report_date', 'subjects': ['credits', 'touch_credits', 'tiktok_ads__ad_daily']
}) }}
-- depends_on: {{ ref('int_changes__credit_days') }}

with credits as (

    select * from {{ ref('int_journeys__credits') }}

),

spent as (

    select * from {{ ref('int_ads__spend') }}
    where {{ in_batch('report_date') }}

),

models as (

    select model from {{ ref('attribution_models') }}

),

credited as (

    {{ credits_by({'channel': 'channel'}) }}

),

spend_by_model as (

    -- Every model is charged the whole spend. All of it stands at 'TikTok Paid': what untagged
    -- clicks ('TikTok Paid (click id)') cost is not known apart.
    select
        spent.report_date,
        models.model,
        'TikTok Paid' as channel,
        sum(spent.spend) as spend
    from spent
    cross join models
    group by all

),

joined as (

    -- A full join: spend without orders and orders without spend both stay.
    select
        coalesce(credited.report_date, spend_by_model.report_date) as report_date,
        coalesce(credited.model, spend_by_model.model) as model,
        coalesce(credited.channel, spend_by_model.channel) as channel,
        credited.* exclude (report_date, model, channel),
        spend_by_model.spend
    from credited
    full outer join spend_by_model
        on credited.report_date = spend_by_model.report_date
        and credited.model = spend_by_model.model
        and credited.channel = spend_by_model.channel

),

kpis as (

    select
        report_date,
        channel,
        model,
        {{ credit_measures() }}
    from joined

)

select * from kpis
