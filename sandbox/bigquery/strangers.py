"""Tables beside the export's own: backups, views, the user export, a table of every type."""

from __future__ import annotations

from datetime import date, timedelta

from sandbox.bigquery.rows import MadeRows
from sandbox.bigquery.tables import Content, Table
from sandbox.world.zones import midnight

_EVENT = (
    "select '{stamp}' as event_date, {begin}000000 + i as event_timestamp, 'page_view' as "
    "event_name from range({first}, {last}) t(i)"
)
_PERSON = (
    "select i || '.1795000000' as pseudo_user_id, 5551234567::bigint as stream_id, "
    "{'last_active_timestamp_micros': {begin}000000 + i, 'first_purchase_date': null::varchar} "
    "as user_info, [{'id': i, 'name': 'Buyers', 'npa': i % 2 = 0}] as audiences, "
    "'{stamp}' as occurrence_date from range({first}, {last}) t(i)"
)
_EVERY_TYPE = (
    "select i as whole, i / 8.0::double as broken, i % 2 = 0 as flag, '' || i as words, "
    "make_timestamptz(1795775534123456 + i) as instant, "
    "make_timestamp(1795775534123456 + i) as local_time, date '2026-11-27' + i::int as day, "
    "time '13:05:07.25' as clock, 12345678901234567.89::decimal(38, 2) + i as money, "
    "encode('é' || i) as raw, ['a', 'b'] as many, [i, -i] as numbers, "
    "case when i > 0 then {'inner': [{'deep': i}]} end as nested "
    "from range({first}, {last}) t(i)"
)


def strangers(dataset: str, first: date, today: date) -> list[Table]:
    """What people and other exports leave in a dataset."""
    yesterday = today - timedelta(days=1)

    def made(name: str, day: date, query: str, count: int) -> Table:
        begin = midnight(day)
        text = query.replace("{stamp}", f"{day:%Y%m%d}").replace("{begin}", str(begin))
        rows = MadeRows(text, f"{dataset}.{name}", count)
        written = (begin + 86_400) * 1_000
        return Table(dataset, name, written, written, lambda: Content(rows))

    views = ("events_v", f"events_{first - timedelta(days=1):%Y%m%d}")
    return [
        made(f"events_backup_{yesterday:%Y%m%d}", yesterday, _EVENT, 40),
        made(f"events_fresh_{yesterday:%Y%m%d}", yesterday, _EVENT, 90),
        made("events_20261399", first, _EVENT, 3),
        made(f"pseudonymous_users_{yesterday:%Y%m%d}", yesterday, _PERSON, 25),
        made("every_type", first, _EVERY_TYPE, 12),
        *(Table(dataset, name, midnight(first) * 1_000, midnight(first) * 1_000, None)
          for name in views),
    ]  # fmt: skip
