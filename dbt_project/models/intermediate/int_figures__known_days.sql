with figures as (

    select * from {{ ref('key_figures') }}
    where kind = 'sum'

),

status as (

    select * from {{ source('ledger', 'stream_status') }}

),

loaded as (

    select * from {{ source('ledger', 'loaded_windows') }}

),

ignored as (

    select * from {{ source('ledger', 'ignored_accounts') }}

),

wanted as (

    -- `stream?` counts only where the source is connected; any other must be.
    select
        figure,
        unnest(string_split(streams, ';')) as listed_stream,
        rtrim(listed_stream, '?') as needed_stream,
        listed_stream like '%?' as is_optional
    from figures

),

days as (

    select unnest(generate_series(min(covered_from), max(horizon), interval 1 day))::date as report_date
    from status

),

accounts as (

    select
        stream,
        account_id,
        kind,
        covered_from,
        covered_to
    from status
    where
        stream in (select wanted.needed_stream from wanted)
        and (account_id not in (select ignored.account_id from ignored) or required)

),

account_days as (

    -- A snapshot tells everything up to its day; any other stream has a window for each day it served.
    select
        accounts.stream,
        days.report_date,
        bool_and(
            if(accounts.kind = 'snapshot', days.report_date <= accounts.covered_to, loaded.window_start is not null)
        ) as is_known
    from accounts
    inner join days on accounts.kind = 'snapshot' or accounts.covered_from <= days.report_date
    left join loaded
        on accounts.stream = loaded.stream
        and accounts.account_id = loaded.account_id
        and days.report_date = loaded.window_start
    group by all

),

connected as (

    select
        wanted.figure,
        wanted.needed_stream,
        accounts.stream is not null as is_connected
    from wanted
    left join accounts on wanted.needed_stream = accounts.stream
    where accounts.stream is not null or not wanted.is_optional
    group by all

),

known as (

    -- A day before a source began is unknown as well: its rows can't be told from nothing.
    select
        connected.figure,
        days.report_date
    from connected
    cross join days
    left join account_days
        on connected.needed_stream = account_days.stream and days.report_date = account_days.report_date
    group by all
    having bool_and(connected.is_connected and coalesce(account_days.is_known, false))

)

select * from known
