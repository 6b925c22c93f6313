with landed as (

    select * from {{ source('landing', 'tiktok_organic__audience') }}

),

deduplicated as (

    select *
    from landed
    qualify row_number() over (
        partition by _account_id, _window_start
        order by _pulled_at desc, _pull_id desc, hash(landed)
    ) = 1

),

age as (

    select
        business_id,
        _window_start,
        'age' as breakdown,
        each ->> '$.age' as segment,
        (each ->> '$.percentage')::double as share
    from deduplicated, unnest(audience_ages::json[]) as ages (each)

),

gender as (

    select
        business_id,
        _window_start,
        'gender' as breakdown,
        each ->> '$.gender' as segment,
        (each ->> '$.percentage')::double as share
    from deduplicated, unnest(audience_genders::json[]) as genders (each)

),

country as (

    select
        business_id,
        _window_start,
        'country' as breakdown,
        each ->> '$.country' as segment,
        (each ->> '$.percentage')::double as share
    from deduplicated, unnest(audience_countries::json[]) as countries (each)

),

city as (

    select
        business_id,
        _window_start,
        'city' as breakdown,
        each ->> '$.city_name' as segment,
        (each ->> '$.percentage')::double as share
    from deduplicated, unnest(audience_cities::json[]) as cities (each)

),

activity as (

    select
        business_id,
        _window_start,
        hours.each ->> '$.hour' as segment,
        (hours.each ->> '$.count')::double as online
    from deduplicated,
        unnest(metrics::json[]) as daily (each),
        unnest((daily.each -> '$.audience_activity')::json[]) as hours (each)

),

online_by_hour as (

    -- The days at hand weigh alike; the API gives the last seven at most.
    select
        business_id,
        _window_start,
        segment,
        sum(online) as online
    from activity
    group by all

),

active_hour as (

    select
        business_id,
        _window_start,
        'active_hour' as breakdown,
        segment,
        {{ ratio('online', 'sum(online) over (partition by business_id, _window_start)') }} as share
    from online_by_hour

),

breakdowns as (

    select * from age
    union all
    select * from gender
    union all
    select * from country
    union all
    select * from city
    union all
    select * from active_hour

),

renamed as (

    select
        breakdowns.business_id,
        breakdowns._window_start as snapshot_date,
        breakdowns.breakdown,
        breakdowns.segment,
        breakdowns.share,
        deduplicated.followers_count as followers
    from breakdowns
    inner join deduplicated
        on breakdowns.business_id = deduplicated.business_id
        and breakdowns._window_start = deduplicated._window_start

)

select * from renamed
