-- Up to which day is each source complete, what may still change, and what was released last?
select
    freshness.stream,
    freshness.covered_to_date,
    freshness.is_held_back,
    freshness.note,
    (select max(versions.published_at) from ops_versions as versions) as last_release_at
from ops_freshness as freshness
order by freshness.covered_to_date, freshness.stream
