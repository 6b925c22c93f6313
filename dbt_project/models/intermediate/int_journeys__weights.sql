{{ config(materialized='days', meta={'day_column': 'order_date', 'subjects': ['weights'], 'days_per_batch': 31}) }}
-- depends_on: {{ ref('int_changes__credit_days') }}

with touches as (

    select * from {{ ref('int_journeys__order_touches') }}
    where rejection_reason is null and {{ in_batch('order_date') }}

),

described as (

    {{ described_touches('touches') }}

),

weighed as (

    select
        order_id,
        order_date,
        journey_date,
        ordered_at,
        person_id,
        browser_key,
        touch_id,
        touch_number,
        touches,
        touched_at,
        touch_date,
        age_us,
        touch_type,
        content_surface,
        channel,
        source,
        content,
        campaign_name,
        campaign_id,
        ad_id,
        fit_month,
        fit_id,
        {{ rule_weights() }},
        {{ effect_weights() }}
    from described

)

select * from weighed
