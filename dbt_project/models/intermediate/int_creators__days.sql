with order_days as (

    select * from {{ ref('int_creators__order_days') }}

),

costs as (

    select * from {{ ref('int_creators__costs') }}

),

posts as (

    select * from {{ ref('int_creators__posts') }}

),

post_days as (

    select * from {{ ref('int_creators__post_days') }}

),

visits as (

    select * from {{ ref('int_creators__visits') }}

),

profiles as (

    select * from {{ ref('int_creators__profiles') }}

),

horizon as (

    select max(horizon) as horizon from {{ source('ledger', 'stream_status') }}

),

cost_days as (

    select
        report_date,
        creator_key,
        sum(fee) as fee,
        sum(samples_cost) as samples_cost,
        sum(shipping_cost) as shipping_cost,
        sum(shared_cost) as shared_cost
    from costs
    group by all

),

session_days as (

    -- A creators' visit that names no known one is nobody's.
    select
        visits.session_date as report_date,
        coalesce(by_source.creator_key, by_content.creator_key, '(no creator)') as creator_key,
        count(*) as sessions,
        count_if(visits.is_engaged) as engaged_sessions
    from visits
    left join profiles as by_source on visits.source = lower(by_source.creator_key)
    left join profiles as by_content on visits.content = lower(by_content.creator_key)
    where visits.is_creators_channel or by_source.creator_key is not null
    group by all

),

new_posts as (

    select posted_date as report_date, creator_key, count(*) as new_posts from posts
    where posted_date is not null
    group by all

),

figures as (

    select
        post_days.report_date,
        posts.creator_key,
        sum(post_days.video_views) as video_views,
        sum(post_days.likes) as likes,
        sum(post_days.comments) as comments,
        sum(post_days.shares) as shares,
        sum(post_days.favorites) as favorites
    from post_days
    inner join posts on post_days.item_id = posts.item_id
    group by all

),

facts as (

    select * from order_days
    union all by name
    select * from cost_days
    union all by name
    select * from session_days
    union all by name
    select * from new_posts
    union all by name
    select * from figures

),

days as (

    -- A figure stands in one of a day's rows. Views are unknown where TikTok One tells none; all else is none.
    select
        report_date,
        creator_key,
        {%- for count in [
            'new_posts', 'sessions', 'engaged_sessions', 'promo_code_orders', 'utm_orders', 'affiliate_orders',
            'promo_code_and_utm_orders', 'orders_of_another_creator', 'orders_any',
        ] %}
        coalesce(max({{ count }}), 0)::bigint as {{ count }},
        {%- endfor %}
        {%- for money in [
            'promo_code_revenue', 'utm_revenue', 'affiliate_revenue', 'revenue_any', 'refunds', 'promo_discount',
            'contract_commission', 'affiliate_commission', 'fee', 'samples_cost', 'shipping_cost', 'shared_cost',
        ] %}
        coalesce(sum({{ money }}), 0)::decimal(18, 4) as {{ money }},
        {%- endfor %}
        {%- for figure in ['video_views', 'likes', 'comments', 'shares', 'favorites'] %}
        max({{ figure }})::bigint as {{ figure }},
        {%- endfor %}
        sum(squared_revenue)::decimal(28, 4) as squared_revenue,
        max(largest_order)::decimal(18, 4) as largest_order
    from facts
    where report_date <= (select horizon.horizon from horizon)
    group by all

)

select * from days
