{{ config(post_hook="insert into ledger.pending_credit_days select subject, changed_date from {{ this }}") }}
{#- Days whose credits must be made again. Those of an interrupted run are taken along, as in int_changes__people. -#}
{%- set weights = kept_table('int_journeys__weights') -%}
{%- set credits = kept_table('int_journeys__credits') -%}

with people as (

    select * from {{ ref('int_changes__people') }}

),

changed_days as (

    select * from {{ ref('int_changes__days') }}

),

touches as (

    select * from {{ ref('int_journeys__order_touches') }}

),

refunds as (

    select * from {{ ref('int_orders__refunds') }}

),

pending as (

    select * from {{ source('ledger', 'pending_credit_days') }}

),

fits as (

    select distinct fit_month, fit_id from {{ ref('int_journeys__effects') }}

),

order_days as (

    select changed_date from changed_days
    where subject = 'buyers'
    union
    select touches.order_date as changed_date
    from touches
    inner join people on touches.person_id = people.person_id and touches.order_date >= people.first_date
    {%- if weights %}
    union
    select weighed.order_date as changed_date
    from {{ weights }} as weighed
    inner join people on weighed.person_id = people.person_id and weighed.order_date >= people.first_date
    union
    -- A model fitted anew shares out all orders of its month again.
    select weighed.order_date as changed_date
    from (select distinct order_date, fit_month, fit_id from {{ weights }}) as weighed
    left join fits on weighed.fit_month = fits.fit_month
    where weighed.fit_id is distinct from fits.fit_id
    {%- endif %}
    union
    select changed_date from pending
    where subject = 'weights'

),

credit_days as (

    select changed_date from order_days
    union
    select refunds.refund_date as changed_date
    from refunds
    where refunds.order_date in (select order_days.changed_date from order_days)
    union
    select changed_date from changed_days
    where subject = 'refunds'
    union
    select changed_date from pending
    where subject = 'credits'

),

touch_days as (

    select touches.touch_date as changed_date
    from touches
    where touches.order_date in (select order_days.changed_date from order_days)
    {%- if credits %}
    union
    select kept.touch_date as changed_date
    from {{ credits }} as kept
    where
        kept.touch_date is not null
        and kept.credit_date in (select credit_days.changed_date from credit_days)
    {%- endif %}
    union
    select changed_date from pending
    where subject = 'touch_credits'

),

by_subject as (

    select 'weights' as subject, changed_date from order_days
    union
    select 'credits' as subject, changed_date from credit_days
    union
    select 'touch_credits' as subject, changed_date from touch_days
    union
    select 'touch_credits' as subject, changed_date from credit_days

)

select * from by_subject
