{{ config(materialized='days', meta={
    'day_column': 'report_date', 'days_per_batch': 62, 'subjects': ['sessions', 'credits'],
}) }}
-- depends_on: {{ ref('int_changes__days') }}
-- depends_on: {{ ref('int_changes__credit_days') }}
{%- set session_measures = [
    'sessions', 'view_item_sessions', 'add_to_cart_sessions', 'begin_checkout_sessions', 'purchase_sessions',
] %}

with sessions as (

    select * from {{ ref('int_web__sessions') }}

),

session_channels as (

    select * from {{ ref('int_web__session_channels') }}

),

credits as (

    select * from {{ ref('int_journeys__credits') }}
    where model = 'last_touch'

),

sessions_by_channel as (

    select
        sessions.session_date as report_date,
        session_channels.channel,
        count(*) as sessions,
        count(*) filter (where sessions.view_item_events > 0) as view_item_sessions,
        count(*) filter (where sessions.add_to_cart_events > 0) as add_to_cart_sessions,
        count(*) filter (where sessions.begin_checkout_events > 0) as begin_checkout_sessions,
        count(*) filter (where sessions.purchase_events > 0) as purchase_sessions
    from sessions
    inner join session_channels
        on sessions.session_key = session_channels.session_key
        and sessions.session_date = session_channels.session_date
    where {{ in_batch('sessions.session_date') }} and {{ in_batch('session_channels.session_date') }}
    group by all

),

credits_by_channel as (

    select
        credit_date as report_date,
        channel,
        sum(orders) as orders,
        sum(new_customer_orders) as new_customer_orders,
        sum(gross_revenue) as gross_revenue,
        sum(refunds) as refunds
    from credits
    where {{ in_batch('credit_date') }}
    group by all

),

joined as (

    select
        coalesce(sessions_by_channel.report_date, credits_by_channel.report_date) as report_date,
        coalesce(sessions_by_channel.channel, credits_by_channel.channel) as channel,
        {%- for measure in session_measures %}
        coalesce(sessions_by_channel.{{ measure }}, 0)::bigint as {{ measure }},
        {%- endfor %}
        coalesce(credits_by_channel.orders, 0)::decimal(18, 6) as orders,
        coalesce(credits_by_channel.new_customer_orders, 0)::decimal(18, 6) as new_customer_orders,
        coalesce(credits_by_channel.gross_revenue, 0)::decimal(18, 4) as gross_revenue,
        coalesce(credits_by_channel.refunds, 0)::decimal(18, 4) as refunds
    from sessions_by_channel
    full outer join credits_by_channel
        on sessions_by_channel.report_date = credits_by_channel.report_date
        and sessions_by_channel.channel = credits_by_channel.channel

)

select * from joined
