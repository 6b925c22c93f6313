with experiments as (

    select * from {{ ref('stg_inputs__experiments') }}

),

credits as (

    select * from {{ ref('int_journeys__credits') }}

),

orders as (

    select * from {{ ref('int_orders__regions') }}

),

tested_channels as (

    select channel from {{ ref('tiktok_channels') }}
    where traffic = 'paid'

),

credited as (

    -- Only the days an experiment looks at.
    select
        credits.order_date,
        credits.model,
        orders.country,
        orders.region,
        sum(credits.orders)::decimal(18, 6) as orders
    from credits
    inner join orders on credits.order_id = orders.order_id and credits.order_date = orders.order_date
    where
        credits.entry = 'order'
        and credits.channel in (select tested_channels.channel from tested_channels)
        and credits.order_date between (select min(experiments.pre_period_start_date) from experiments)
        and (select max(experiments.experiment_end_date) from experiments)
    group by all

)

select * from credited
