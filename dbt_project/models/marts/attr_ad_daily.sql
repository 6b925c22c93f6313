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

    -- What a link says without being an ad we know (a macro never filled in, a typed name) is one row.
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

    select * from credited
    full outer join spend_by_model using (report_date, model, ad_id)

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
