with mart_streams as (

    select * from {{ source('ledger', 'mart_streams') }}

),

streams as (

    select * from {{ source('ledger', 'streams') }}

),

settings as (

    select * from {{ source('ledger', 'source_settings') }}

),

landed as (

    select
        stream,
        bool_or(access = 'granted') as is_read,
        bool_or(stale) as is_behind,
        sum(rows)::bigint as stream_rows,
        min(covered_from) as covered_from_date,
        max(covered_to) as covered_to_date
    from {{ source('ledger', 'stream_status') }}
    group by all

),

refused as (

    select
        stream,
        array_to_string(list_sort(list_distinct(list(coalesce(nullif(scope, ''), '(not named)')))), ', ') as scopes,
        nullif(array_to_string(list_sort(list_distinct(list(nullif(advice, '')))), ' '), '') as advice
    from {{ source('ledger', 'refusals') }}
    group by all

),

by_stream as (

    select
        mart_streams.mart,
        mart_streams.stream,
        mart_streams.need_group,
        streams.source,
        streams.is_configured,
        refused.stream is not null and not coalesce(landed.is_read, false) as is_refused,
        refused.scopes,
        refused.advice,
        landed.stream is not null as has_landed,
        coalesce(landed.is_behind, false) as is_behind,
        coalesce(landed.stream_rows, 0) as stream_rows,
        landed.covered_from_date,
        landed.covered_to_date
    from mart_streams
    inner join streams on mart_streams.stream = streams.stream
    left join landed on mart_streams.stream = landed.stream
    left join refused on mart_streams.stream = refused.stream

),

by_source as (

    select
        mart as mart_name,
        source as source_name,
        bool_or(need_group is not null) as is_needed,
        bool_and(is_configured) as is_configured,
        count(*) as read_streams,
        count(*) filter (where has_landed) as landed_streams,
        count(*) filter (where is_refused) as refused_streams,
        count(*) filter (where is_behind) as streams_behind,
        sum(stream_rows)::bigint as source_rows,
        min(covered_from_date) as covered_from_date,
        max(covered_to_date) as covered_to_date,
        string_agg(stream, ', ' order by stream) filter (where is_refused or not has_landed or is_behind)
            as streams_missing,
        string_agg(distinct scopes, ', ' order by scopes) filter (where is_refused) as missing_scopes,
        string_agg(distinct advice, ' ' order by advice) filter (where is_refused) as advice
    from by_stream
    group by all

),

judged as (

    select
        *,
        case
            when not is_configured and landed_streams = 0 then 'not configured'
            when not is_configured then 'lost'
            when refused_streams = read_streams then if(landed_streams = 0, 'not granted', 'lost')
            when source_rows = 0 then 'silent'
            when refused_streams > 0 or streams_behind > 0 or landed_streams < read_streams then 'in part'
            else 'answered'
        end as status
    from by_source

),

described as (

    select
        judged.mart_name,
        judged.source_name,
        judged.status,
        judged.is_needed,
        judged.read_streams::bigint as read_streams,
        judged.landed_streams::bigint as landed_streams,
        judged.source_rows,
        judged.covered_from_date,
        judged.covered_to_date,
        if(judged.status = 'answered', null, judged.streams_missing) as streams_missing,
        judged.missing_scopes,
        if(not judged.is_configured, settings.settings, null) as settings_to_fill,
        case judged.status
            when 'answered' then 'Complete to ' || judged.covered_to_date || '.'
            when 'in part' then 'Without ' || judged.streams_missing || '.' || coalesce(' ' || judged.advice, '')
            when 'not configured' then 'Not connected.' || coalesce(' Set ' || settings.settings || '.', '')
            when 'not granted'
                then
                    'The platform refuses this access'
                    || coalesce('; it lacks ' || judged.missing_scopes, '') || '.' || coalesce(' ' || judged.advice, '')
            when 'silent' then 'Connected, but it has brought no rows yet.'
            else
                if(judged.is_configured, 'No longer granted', 'No longer connected')
                || ': days up to ' || judged.covered_to_date || ' stay as they are.'
                || coalesce(' ' || judged.advice, '')
        end as note
    from judged
    left join settings on judged.source_name = settings.source

)

select * from described
