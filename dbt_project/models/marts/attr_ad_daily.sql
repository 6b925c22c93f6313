{{ config(materialized='days', meta={
    'day_column': 'report_date', 'subjects': ['credits', 'touch_credits', 'tiktok_ads__ad_daily']
}) }}
-- depends_on: {{ ref('int_changes__credit_days') }}

with credits as (

    select * from {{ ref('int_journeys__credits') }}
    where content_surface = 'paid'

),

spent as (

    select * from {{ ref('int_ads__spend') }}
    where {{ in_batch('report_date') }}

),

models as (

    select model from {{ ref('attribution_models') }}

),

ads as (

    select * from {{ ref('stg_tiktok_ads__ads') }}

),

credited as (

    {{ credits_by({
        'ad_id': "if(ad_id in (select ads.ad_id from ads), ad_id, '(unknown ad)')",
    }) }}

),

spend_by_model as (

    select
        spent.report_date,
        models.model,
        spent.ad_id,
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
        coalesce(credited.ad_id, spend_by_model.ad_id) as ad_id,
        credited.* exclude (report_date, model, ad_id),
        spend_by_model.spend
    from credited
    full outer join spend_by_model
        on credited.report_date = spend_by_model.report_date
        and credited.model = spend_by_model.model
        and credited.ad_id = spend_by_model.ad_id

),

kpis as (

    select
        joined.report_date,
        joined.ad_id,
        joined.model,
        coalesce(ads.ad_name, joined.ad_id) as ad_name,
        coalesce(ads.campaign_id, '(unknown campaign)') as campaign_id,
        {{ credit_measures() }}
    from joined
    left join ads on joined.ad_id = ads.ad_id

)

select * from kpis
