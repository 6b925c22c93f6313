"""The view of what landing covers of each stream and account, and which of them marts wait for."""

# A stream holds the horizon back when marts wait for it and its days are its own; snapshots only
# describe. What is not configured any more, or refused since its last pull, goes no further and
# holds nothing back. Where no required stream is left, marts wait for the next best (`rank`).
STATUS = """
create or replace view ledger.stream_status as
with seen as (
    select distinct stream, account_id from ledger.manifests
),
days as (
    select
        stream, account_id,
        unnest(generate_series(window_start, window_end, interval 1 day))::date as day
    from ledger.manifests
),
covered as (
    select stream, account_id, min(day) as covered_from, max(day) as covered_to,
        date_diff('day', min(day), max(day)) + 1 - count(distinct day) as missing_days
    from days
    group by all
),
pulls as (
    select stream, account_id, max(pulled_at) as last_pulled_at
    from ledger.manifests
    group by all
),
loaded as (
    select w.stream, w.account_id, count(*) as windows, sum(m.row_count)::bigint as row_count
    from ledger.loaded_windows as w
    inner join ledger.manifests as m
        on w.stream = m.stream and w.account_id = m.account_id
        and w.window_start = m.window_start and w.pull_id = m.pull_id
    group by all
),
newest_refusals as (
    -- One of account '-' is meant for all of them: the platform refused even to list them.
    select s.stream, s.account_id, max(r.refused_at) as refused_at
    from seen as s
    inner join ledger.refusals as r
        on s.stream = r.stream and r.account_id in (s.account_id, '-')
    group by all
),
known as (
    select
        s.stream, s.account_id, k.* exclude (stream), i.account_id is not null as is_ignored,
        case
            when not k.is_configured then 'not configured'
            when r.refused_at > p.last_pulled_at then 'not granted'
            else 'granted'
        end as access,
        case
            when i.account_id is not null then null
            when access = 'granted' and not k.is_reference
                then case when k.required then 1 when k.kind <> 'snapshot' then 2 else 3 end
            when not k.is_reference
                then case when k.required then 4 when k.kind <> 'snapshot' then 5 else 6 end
            when k.kind <> 'snapshot' then 7
            else 8
        end as rank
    from seen as s
    inner join ledger.streams as k using (stream)
    inner join pulls as p using (stream, account_id)
    left join ledger.ignored_accounts as i on s.account_id = i.account_id
    left join newest_refusals as r on s.stream = r.stream and s.account_id = r.account_id
)
select
    s.stream, s.account_id, s.kind,
    coalesce(s.rank = min(s.rank) over (), false) as required,
    s.access,
    c.covered_from, c.covered_to, c.missing_days, p.last_pulled_at,
    coalesce(l.row_count, 0) as rows, coalesce(l.windows, 0) as windows,
    h.horizon,
    c.covered_to > h.horizon as held_back,
    -- A source that serves a day late is behind only once it is later than it says.
    s.access = 'granted' and c.covered_to + s.latency_days < max(c.covered_to) over () as stale,
    s.latency_days, s.lookback_days, s.lookback_reason
from known as s
inner join covered as c using (stream, account_id)
inner join pulls as p using (stream, account_id)
left join loaded as l using (stream, account_id)
left join ledger.horizon as h on true
"""
