"""GA4's daily event export where Google puts it: tables events_YYYYMMDD of a BigQuery dataset.

Only the daily table is read. Intraday and fresh tables hold the same events unfinished;
reading both would count them twice.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

from rivage.connectors.base import Account, CheckStep, Edition, Files, Page
from rivage.connectors.bigquery import API_VERSION, BigQuery, Table
from rivage.connectors.bigquery_day import read_day
from rivage.connectors.bigquery_errors import TableGone
from rivage.connectors.checks import run_steps
from rivage.connectors.http import HttpSession
from rivage.errors import AccountUnknown, NotReadyYet, SettingMissing, UnknownStream, WindowClosed
from rivage.settings import Settings
from rivage.streams.model import Stream
from rivage.windows import Window, today_in

log = logging.getLogger("rivage.connectors")
URL = re.compile(r"^bigquery://(?P<project>[a-z0-9][a-z0-9.:-]+)/(?P<set>analytics_(?P<id>\d+))/?$")
_TABLE = re.compile(r"^events_(?P<unfinished>(?:intraday|fresh)_)?(?P<day>\d{8})$")
SETTLED = timedelta(days=3)
"""Google merges late events for so long; a daily table that comes later is rare."""
SOON = timedelta(days=14)


class Ga4ExportBigQuery:
    """Connector of the dataset that a GA4 property exports to.

    Raises:
        SettingMissing: the URL names no such dataset, or RIVAGE_GA4_CREDENTIALS is absent.
    """

    name = "ga4_export"

    def __init__(
        self,
        settings: Settings,
        session: HttpSession | None = None,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        **more: Callable[[float], None],
    ) -> None:
        named = URL.match(settings.ga4.export_url or "")
        if not named:
            raise SettingMissing(
                "RIVAGE_GA4_EXPORT_URL is not the address of a GA4 dataset in BigQuery.",
                do="Write it as bigquery://<project id>/analytics_<property id>.",
            )
        self._property = named["id"]
        self._zone = settings.reporting_timezone
        self._now = now
        session = session or HttpSession(settings)
        self._source = BigQuery(settings, named["project"], named["set"], session, now=now, **more)

    def check(self) -> Iterator[CheckStep]:
        """Token, dataset, tables, rows; stops at the first failure."""
        source, days = self._source, list[date]()

        def token() -> str:
            source.token()
            return f"The token endpoint accepts {source.email}."

        def tables() -> str:
            days.extend(sorted(self._days()))
            self._refuse_none(days)
            return f"{len(days)} daily tables, from {days[0]} to {days[-1]}."

        def rows() -> str:
            newest = source.table(_name(days[-1]))
            source.page(newest.name, "", 1, lambda _: None)
            text = f"{source.email} reads rows; {newest.name} has {newest.rows:,}."
            return " ".join([text, *self._doubts(source.table(_name(days[0])), days[0])])

        yield from run_steps(
            [
                ("token valid", token),
                ("dataset visible", lambda: f"{source.name} is in {source.location()}."),
                ("tables found", tables),
                ("rows readable", rows),
            ]
        )

    def accounts(self) -> list[Account]:
        """The one property; the export names neither zone nor currency.

        Raises:
            AccountUnknown, ScopeMissing, TokenExpired: its dataset can't be listed.
        """
        self._days()
        return [Account(self._property, self._property, self._zone, "")]

    def pages(
        self, stream: Stream, account: Account, window: Window
    ) -> Iterator[Page | Files | Edition]:
        """The table of each day, read only if this edition of it has not landed.

        A day without a table between days with one, or before the first, is left open: its
        table may come, and no later day waits for it.

        Raises:
            NotReadyYet: the day's table has not come yet, or is being rewritten.
            WindowClosed: the service account may not read this table.
            BadRequest: the events are not of this day in the reporting zone.
        """
        if not stream.endpoint.startswith("events_"):
            raise UnknownStream(f"The GA4 export connector can't read {stream.endpoint!r}.")
        if account.id != self._property:
            raise AccountUnknown(f"RIVAGE_GA4_EXPORT_URL names property {self._property}.")
        for day in window.each_day():
            table = self._table(day)
            if table is None:
                yield self._left_open(day)
            else:
                fetch = partial(self._fetch, table, day)
                yield Edition(Window(day, day), table.edition, fetch)

    def _table(self, day: date) -> Table | None:
        """The day's table, or None when there is none of that name, or a view."""
        try:
            table = self._source.table(_name(day))
        except TableGone:
            return None
        except WindowClosed:
            # BigQuery denies tables that do not exist in the same words.
            if day in self._days():
                raise
            return None
        return table if table.kind == "TABLE" else None

    def _fetch(self, table: Table, day: date, folder: Path) -> Files:
        notes = self._doubts(table, day)
        for note in notes:
            log.warning("export_doubt table=%s %s", table.name, note)
        try:
            return read_day(self._source, table, day, self._zone, folder, notes)
        except TableGone:
            raise NotReadyYet(
                f"{self._source.name}.{table.name} vanished while it was read.", window=str(day)
            ) from None

    def _left_open(self, day: date) -> Page:
        """What a day without a table gives: nothing that lands.

        Raises:
            NotReadyYet: no later day has a table either, so that this one is on its way.
        """
        found = self._days()
        self._refuse_none(found)
        if day > max(found):
            raise NotReadyYet(*self._awaited(day), window=str(day))
        first = min(found)
        told = (
            f"{day} was not exported: the oldest table is {_name(first)}. GA4 exports nothing from "
            "before its link to BigQuery, and a project without billing loses tables after 60 days"
            if day < first
            else f"{day} has no table although later days have one; it is asked for again"
        )
        log.warning("day_left_open property=%s %s", self._property, told)
        eve = day - timedelta(days=1)
        return Page([], "", API_VERSION, 0, 1, 1, notes=(told,), served_to=eve)

    def _awaited(self, day: date) -> tuple[str]:
        name = f"{self._source.name}.{_name(day)}"
        late = today_in(self._zone, self._now()) - day > SETTLED
        if late and day in self._days(unfinished=True):
            return (
                f"{name} has not come after three days, only its intraday table: GA4's daily "
                "export is switched off, or the property has more events than it exports a day.",
            )
        return (f"{name} has not arrived.",)

    def _days(self, *, unfinished: bool = False) -> set[date]:
        """Days that have a daily table, or else one that is still being filled."""
        found = set()
        for table in self._source.tables():
            match = _TABLE.match(table.name)
            if match and bool(match["unfinished"]) == unfinished and table.kind == "TABLE":
                # A copy somebody made may be named after a day that does not exist.
                text = match["day"]
                try:
                    found.add(date(int(text[:4]), int(text[4:6]), int(text[6:])))
                except ValueError:
                    continue
        return found

    def _refuse_none(self, days: set[date] | list[date]) -> None:
        if not days:
            more = self._days(unfinished=True)
            told = ", only unfinished ones: switch on its daily export" if more else ""
            raise NotReadyYet(f"{self._source.name} has no events_YYYYMMDD table yet{told}.")

    def _doubts(self, table: Table, day: date) -> tuple[str, ...]:
        if not table.expires:
            return ()
        soon = "soon, " if table.expires - self._now() < SOON else ""
        told = f"BigQuery deletes {table.name} {soon}on {table.expires:%Y-%m-%d}"
        return (f"{told}; {day} then stays only where it has landed",)


def _name(day: date) -> str:
    return f"events_{day:%Y%m%d}"
