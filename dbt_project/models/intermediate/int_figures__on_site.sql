{{ config(materialized='days', meta={
    'day_column': 'report_date', 'days_per_batch': 62,
    'subjects': ['ga4__traffic_daily', 'sessions', 'orders', 'refunds', 'credits'],
}) }}
-- depends_on: {{ ref('int_changes__days') }}
{%- set session_figures = ['observed_sessions', 'tiktok_sessions', 'add_to_cart_sessions', 'checkout_sessions'] %}
{%- set order_figures = ['orders', 'new_customer_orders', 'gross_revenue'] %}
{%- set credit_figures = ['tiktok_revenue', 'tiktok_tagged_revenue', 'tiktok_refunds'] %}

with traffic as (

    select * from {{ ref('stg_ga4__traffic_daily') }}

),

sessions as (

    select * from {{ ref('int_web__sessions') }}

),

session_channels as (

    select * from {{ ref('int_web__session_channels') }}

),

paid_channels as (

    select * from {{ ref('tiktok_channels') }}
    where traffic = 'paid'

),

orders as (

    select * from {{ ref('int_orders__counted') }}
    where is_counted

),

refunded as (

    select * from {{ ref('int_orders__refunds') }}

),

credits as (

    select * from {{ ref('int_journeys__credits') }}
    where model = 'last_touch'

),

traffic_by_day as (

    select
        report_date,
        sum(sessions) as sessions
    from traffic
    where {{ in_batch('report_date') }}
    group by all

),

sessions_by_day as (

    select
        sessions.session_date as report_date,
        count(*) as observed_sessions,
        count(paid_channels.channel) as tiktok_sessions,
        count(*) filter (where sessions.add_to_cart_events > 0) as add_to_cart_sessions,
        count(*) filter (where sessions.begin_checkout_events > 0) as checkout_sessions
    from sessions
    inner join session_channels
        on sessions.session_key = session_channels.session_key
        and sessions.session_date = session_channels.session_date
    left join paid_channels on session_channels.channel = paid_channels.channel
    where {{ in_batch('sessions.session_date') }} and {{ in_batch('session_channels.session_date') }}
    group by all

),

orders_by_day as (

    select
        order_date as report_date,
        count(*) as orders,
        count(*) filter (where is_new_customer) as new_customer_orders,
        sum(gross_revenue) as gross_revenue
    from orders
    where {{ in_batch('order_date') }}
    group by all

),

refunds_by_day as (

    -- Refunds of orders that are not counted (cancelled, say) left together with their order.
    select
        refunded.refund_date as report_date,
        sum(refunded.refund_amount) as refunds
    from refunded
    inner join orders on refunded.order_id = orders.order_id
    where {{ in_batch('refunded.refund_date') }}
    group by all

),

credits_by_day as (

    select
        credits.credit_date as report_date,
        sum(credits.gross_revenue) as tiktok_revenue,
        coalesce(sum(credits.gross_revenue) filter (where credits.channel = 'TikTok Paid'), 0) as tiktok_tagged_revenue,
        sum(credits.refunds) as tiktok_refunds
    from credits
    inner join paid_channels on credits.channel = paid_channels.channel
    where {{ in_batch('credits.credit_date') }}
    group by all

),

figures as (

    {%- for figure in session_figures %}
    select report_date, '{{ figure }}' as figure, {{ figure }}::decimal(18, 4) as amount from sessions_by_day
    union all
    {%- endfor %}
    {%- for figure in order_figures %}
    select report_date, '{{ figure }}' as figure, {{ figure }}::decimal(18, 4) as amount from orders_by_day
    union all
    {%- endfor %}
    {%- for figure in credit_figures %}
    select report_date, '{{ figure }}' as figure, {{ figure }}::decimal(18, 4) as amount from credits_by_day
    union all
    {%- endfor %}
    select report_date, 'refunds' as figure, refunds::decimal(18, 4) as amount from refunds_by_day
    union all
    select report_date, 'sessions' as figure, sessions::decimal(18, 4) as amount from traffic_by_day

)

select * from figures
