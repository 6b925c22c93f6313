{{ config(post_hook="insert into ledger.pending_people select person_id, first_date from {{ this }}") }}
{#-
  Whose journeys must be made again, and from which day on. Those of an interrupted run are taken along: it
  may have replaced a table from which they could be told.
-#}
{%- set kept = [] -%}
{%- for name in ['int_journeys__order_touches', 'int_journeys__unconverted', 'int_journeys__weights'] -%}
    {%- if kept_table(name) -%}{%- do kept.append(kept_table(name)) -%}{%- endif -%}
{%- endfor %}

with changed_days as (

    select * from {{ ref('int_changes__days') }}

),

people as (

    select * from {{ ref('int_identity__people') }}

),

touches as (

    select * from {{ ref('int_journeys__touches') }}

),

buyers as (

    select * from {{ ref('int_identity__buyers') }}

),

touch_days as (

    select distinct changed_date + unnest(range(0, 2))::integer as changed_date
    from changed_days
    where subject in ('sessions', 'matomo_visits')

),

order_days as (

    select changed_date from changed_days
    where subject = 'buyers'

),

known as (

    -- What the last build made of touches and orders.
    {%- for table in kept %}
    {{ 'union' if not loop.first }}
    select person_id, browser_key, touch_date, journey_date from {{ table }}
    {%- else %}
    select
        null::varchar as person_id, null::varchar as browser_key, null::date as touch_date,
        null::date as journey_date
    where false
    {%- endfor %}

),

known_again as (

    select
        known.person_id as person_before,
        known.touch_date,
        {{ person_of('known') }} as person_now,
        known.touch_date in (select touch_days.changed_date from touch_days)
        or known.journey_date in (select order_days.changed_date from order_days) as is_changed
    from known
    left join people on known.browser_key = people.browser_key

),

touched as (

    select
        {{ person_of('touches') }} as person_id,
        touches.touch_date
    from touches
    left join people on touches.browser_key = people.browser_key
    where touches.touch_date in (select touch_days.changed_date from touch_days)

),

ordered as (

    select
        {{ person_of_order('buyers') }} as person_id,
        buyers.order_date
    from buyers
    left join people on buyers.browser_key = people.browser_key
    where buyers.order_date in (select order_days.changed_date from order_days)

),

affected as (

    select unnest([person_before, person_now]) as person_id, touch_date as day from known_again
    where is_changed or person_before is distinct from person_now
    union all
    select person_id, touch_date as day from touched
    union all
    select person_id, order_date as day from ordered
    union all
    select person_id, first_date as day from {{ source('ledger', 'pending_people') }}

),

by_person as (

    -- A journey without an order ends up to 30 days after a touch, and a touch decides about those before it.
    select
        person_id,
        min(day) - {{ var('attribution_lookback_days') }} - 2 as first_date
    from affected
    where person_id is not null
    group by all

)

select * from by_person
