with account_days as (

    select * from {{ ref('stg_tiktok_organic__account_daily') }}

),

audience as (

    select * from {{ ref('stg_tiktok_organic__audience') }}

),

readings as (

    select
        business_id,
        snapshot_date as report_date,
        max(followers) as followers
    from audience
    group by all

),

days as (

    select
        coalesce(account_days.business_id, readings.business_id) as business_id,
        coalesce(account_days.report_date, readings.report_date) as report_date,
        readings.followers as read_followers,
        account_days.net_followers
    from account_days
    full join readings
        on account_days.business_id = readings.business_id
        and account_days.report_date = readings.report_date

),

counted as (

    select
        *,
        sum(coalesce(net_followers, 0)) over up_to_here as gained,
        count(net_followers) over up_to_here as known_days,
        -- The next reading, on the day itself at best; after the last one the last one.
        coalesce(
            min(case when read_followers is not null then report_date end) over from_here,
            max(case when read_followers is not null then report_date end) over up_to_here
        ) as anchor_date
    from days
    window
        up_to_here as (
            partition by business_id
            order by report_date
            rows between unbounded preceding and current row
        ),
        from_here as (
            partition by business_id
            order by report_date
            rows between current row and unbounded following
        )

),

anchored as (

    select
        counted.business_id,
        counted.report_date,
        anchor.report_date as anchor_date,
        (anchor.read_followers - anchor.gained + counted.gained)::bigint as followers,
        counted.report_date = anchor.report_date as followers_is_read,
        abs(anchor.report_date - counted.report_date)
        - abs(anchor.known_days - counted.known_days) as followers_unknown_days
    from counted
    left join counted as anchor
        on counted.business_id = anchor.business_id and counted.anchor_date = anchor.report_date

)

select * from anchored
