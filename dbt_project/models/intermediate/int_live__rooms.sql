with sessions as (

    select * from {{ ref('stg_tiktok_shop__live_sessions') }}

),

rates as (

    select * from {{ ref('int_rates__daily') }}

),

status as (

    select max(horizon) as last_date from {{ source('ledger', 'stream_status') }}

),

rated as (

    select
        sessions.*,
        {{ rate_or_stop('sessions.currency', 'sessions.report_date', 'rates.exchange_rate') }} as rate
    from sessions
    cross join status
    left join rates on sessions.currency = rates.currency and sessions.report_date = rates.rate_date
    where {{ reporting_date('sessions.started_at') }} <= status.last_date

),

by_room as (

    -- A room open over midnight has a row per day: counts add up, people do not, so the largest day stands.
    select
        room_id,
        shop_id,
        min(started_at) as started_at,
        max(ended_at) as ended_at,
        {{ reporting_date('min(started_at)') }} as live_date,
        arg_max(title, report_date) as title,
        any_value(author_type order by report_date) as author_type,
        any_value(creator_handle_sha256 order by report_date) as creator_handle_sha256,
        sum(views) as views,
        max(viewers) as viewers,
        max(peak_viewers) as peak_viewers,
        sum(views * average_viewing_seconds) as watched_seconds,
        sum(likes) as likes,
        sum(comments) as comments,
        sum(shares) as shares,
        sum(new_followers) as new_followers,
        sum(impressions) as impressions,
        sum(product_impressions) as product_impressions,
        sum(product_clicks) as product_clicks,
        sum(attributed_orders) as platform_live_orders,
        sum(attributed_units) as platform_live_units,
        round(sum(live_attributed_gmv_account_currency * rate), 4)::decimal(18, 4) as platform_live_gmv,
        round(sum(live_indirect_gmv_account_currency * rate), 4)::decimal(18, 4) as platform_indirect_gmv
    from rated
    group by all

),

windowed as (

    -- A room's halo lasts 48 hours from its start and ends when the next room opens: no hour is in two.
    select
        *,
        time_bucket(interval 15 minutes, started_at) as halo_from,
        least(
            halo_from + interval 48 hours, coalesce(lead(halo_from) over (order by halo_from, room_id), 'infinity')
        ) as halo_to,
        {{ reporting_date('halo_to') }} as halo_date
    from by_room

)

select * from windowed
