with stream_status as (

    select * from {{ source('ledger', 'stream_status') }}

),

described as (

    select
        stream,
        account_id,
        required as is_required,
        access,
        covered_from as covered_from_date,
        covered_to as covered_to_date,
        horizon as horizon_date,
        last_pulled_at,
        rows::bigint as landed_rows,
        windows::bigint as landed_windows,
        coalesce(held_back, false) as is_held_back,
        coalesce(stale, true) as is_behind,
        missing_days::bigint as missing_days,
        lookback_days::bigint as lookback_days,
        lookback_reason,
        -- Filled in the published file while a newer build is held back.
        null::timestamptz as held_since,
        null::varchar as held_why,
        case
            when covered_to is null then 'Nothing has landed yet.'
            when access = 'not configured'
                then 'Its source is not configured any more: days up to ' || covered_to || ' stay as they are.'
            when access = 'not granted'
                then 'The platform refuses it since its last pull: days up to ' || covered_to || ' stay as they are.'
            when stale
                then
                    'Behind: ends on ' || covered_to || ' while other sources go further'
                    || case when required then '; no day after it is published.' else '.' end
            when coalesce(held_back, false)
                then
                    'Has data to ' || covered_to || ', but the marts end on ' || coalesce(horizon::varchar, '?')
                    || ', because another required source is not that far.'
            else 'Complete to ' || covered_to || '.'
        end
        || case
            when lookback_days > 0
                then ' The last ' || lookback_days || ' days may still change: ' || lookback_reason
            else ''
        end as note
    from stream_status

)

select * from described
