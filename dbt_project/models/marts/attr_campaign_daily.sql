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

names as (

    select campaign_id, campaign_name from {{ ref('stg_tiktok_ads__campaigns') }}

),

credited as (

    {{ credits_by({
        'channel': 'channel',
        'campaign': "coalesce(campaign_id, campaign_name, '(none)')",
    }) }}

),

spend_by_model as (

    select
        spent.report_date,
        models.model,
        'TikTok Paid' as channel,
        coalesce(spent.campaign_id, '(unknown)') as campaign,
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
        coalesce(credited.campaign, spend_by_model.campaign) as campaign,
        credited.* exclude (report_date, model, channel, campaign),
        spend_by_model.spend
    from credited
    full outer join spend_by_model
        on credited.report_date = spend_by_model.report_date
        and credited.model = spend_by_model.model
        and credited.channel = spend_by_model.channel
        and credited.campaign = spend_by_model.campaign

),

kpis as (

    select
        joined.report_date,
        joined.channel,
        joined.campaign,
        joined.model,
        coalesce(names.campaign_name, joined.campaign) as campaign_name,
        {{ credit_measures() }}
    from joined
    left join names on joined.campaign = names.campaign_id

)

select * from kpis
