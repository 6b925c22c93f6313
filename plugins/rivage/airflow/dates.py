"""Which days a run is about. Pure functions: no Airflow here.

Airflow gives a run up to four clues: params, a data interval, a run type and the
moment it may start. A run triggered by hand or by an asset has no logical date,
so `ds` does not exist there and is never used.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from rivage.errors import BadDate
from rivage.streams.model import Snapshot, Stream
from rivage.windows import Window, parse_day


@dataclass(frozen=True)
class Asked:
    """The days a run was asked for; `exact` means: these and no lookback."""

    window: Window
    exact: bool

    def of(self, stream: Stream, ordinary: Callable[[date], Window]) -> Window:
        """What this run pulls for one stream.

        A backfill names its days and gets exactly these. An ordinary run reads more,
        because late data is normal: `ordinary` knows how far back. A snapshot has no
        past: it is taken once, under the last day.
        """
        if isinstance(stream.window, Snapshot):
            return Window(self.window.end, self.window.end)
        return self.window if self.exact else ordinary(self.window.end)


def asked(
    params: Mapping[str, Any],
    *,
    run_type: str,
    interval_start: datetime | None,
    run_after: datetime,
    zone: str,
) -> Asked:
    """The days of a run: its params, else its interval's first day, else yesterday.

    Args:
        params: `from_date` and `to_date`, YYYY-MM-DD or nothing.
        run_type: Airflow's word; "backfill" reads exactly its day.
        interval_start: start of the data interval, if the run has one.
        run_after: when the run was due; yesterday is counted from here.
        zone: reporting zone, in which an instant becomes a day.

    Raises:
        BadDate: a date can't be read, or `to_date` stands alone.
    """
    own_day = _day(interval_start, run_after, zone)
    first, last = params.get("from_date"), params.get("to_date")
    if not first and not last:
        return Asked(Window(own_day, own_day), exact=run_type == "backfill")
    if not first:
        raise BadDate("to_date is given without from_date.", do="Give both, or from_date alone.")
    start = parse_day(str(first))
    end = parse_day(str(last)) if last else max(start, own_day)
    return Asked(Window(start, end), exact=True)


def _day(interval_start: datetime | None, run_after: datetime, zone: str) -> date:
    if interval_start is not None:
        return interval_start.astimezone(ZoneInfo(zone)).date()
    return run_after.astimezone(ZoneInfo(zone)).date() - timedelta(days=1)
