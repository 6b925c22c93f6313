with landed as (

    select * from {{ source('landing', 'ga4_export__events') }}

),

renamed as (

    -- Duplicates stay here: they are removed where days can be read one by one.
    select
        _account_id as property_id,
        -- One window is one day of the property; as a date it also lets DuckDB skip other days.
        _window_start as event_date,
        make_timestamptz(event_timestamp) as event_at,
        event_name,
        user_pseudo_id,
        user_id as user_id_sha256,
        stream_id,
        platform,
        event_bundle_sequence_id,
        batch_page_id,
        batch_ordering_id,
        batch_event_index,
        event_params,
        [param.key for param in event_params] as param_keys,
        collected_traffic_source as click,
        ecommerce,
        _pulled_at as pulled_at,
        _pull_id as pull_id
    from landed

)

select * from renamed
