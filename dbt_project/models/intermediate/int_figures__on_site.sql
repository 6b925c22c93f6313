{{ config(materialized='days', meta={
    'day_column': 'report_date', 'days_per_batch': 62,
    'subjects': ['ga4__traffic_daily', 'sessions', 'orders', 'refunds', 'credits'],
}) }}
-- depends_on: {{ ref('int_changes__days') }}
{%- set channel_figures = [
    'observed_sessions', 'tiktok_sessions', 'add_to_cart_sessions', 'checkout_sessions',
    'tiktok_revenue', 'tiktok_tagged_revenue', 'tiktok_refunds',
] %}
{%- set order_figures = ['orders', 'new_customer_orders', 'gross_revenue'] %}

with traffic as (

    select * from {{ ref('stg_ga4__traffic_daily') }}

),

channels as (

    select * from {{ ref('int_figures__by_channel') }}

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

traffic_by_day as (

    select
        report_date,
        sum(sessions) as sessions
    from traffic
    where {{ in_batch('report_date') }}
    group by all

),

channels_by_day as (

    select
        channels.report_date,
        sum(channels.sessions) as observed_sessions,
        sum(channels.add_to_cart_sessions) as add_to_cart_sessions,
        sum(channels.begin_checkout_sessions) as checkout_sessions,
        coalesce(sum(channels.sessions) filter (where paid_channels.channel is not null), 0) as tiktok_sessions,
        coalesce(sum(channels.gross_revenue) filter (where paid_channels.channel is not null), 0) as tiktok_revenue,
        coalesce(sum(channels.gross_revenue) filter (where channels.channel = 'TikTok Paid'), 0)
            as tiktok_tagged_revenue,
        coalesce(sum(channels.refunds) filter (where paid_channels.channel is not null), 0) as tiktok_refunds
    from channels
    left join paid_channels on channels.channel = paid_channels.channel
    where {{ in_batch('channels.report_date') }}
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

figures as (

    {%- for figure in channel_figures %}
    select report_date, '{{ figure }}' as figure, {{ figure }}::decimal(18, 4) as amount from channels_by_day
    union all
    {%- endfor %}
    {%- for figure in order_figures %}
    select report_date, '{{ figure }}' as figure, {{ figure }}::decimal(18, 4) as amount from orders_by_day
    union all
    {%- endfor %}
    select report_date, 'refunds' as figure, refunds::decimal(18, 4) as amount from refunds_by_day
    union all
    select report_date, 'sessions' as figure, sessions::decimal(18, 4) as amount from traffic_by_day

)

select * from figures
