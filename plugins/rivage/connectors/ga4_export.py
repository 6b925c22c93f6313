"""GA4's daily event export as Parquet files, one or more per day.

Only the final daily table is read. Intraday and fresh tables hold the same events
unfinished; reading both would count them twice.

Source: tables events_YYYYMMDD of the dataset analytics_<property id>.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from rivage.connectors.base import Account, CheckStep, Connector, Files
from rivage.connectors.checks import run_steps
from rivage.connectors.ga4_export_folder import Folder
from rivage.errors import AccountUnknown, BadRequest, NotReadyYet, UnknownStream
from rivage.settings import Settings
from rivage.streams.model import Stream
from rivage.windows import Window

_DATASET = re.compile(r"^analytics_(\d+)$")
_DAILY = re.compile(r"^events_(\d{8})(?P<part>[-_][A-Za-z0-9-]+)?\.parquet$")
_MAGIC = b"PAR1"
"""Last bytes of a complete Parquet file."""


def connector(settings: Settings) -> Connector:
    """The export's connector: RIVAGE_GA4_EXPORT_URL says where the export is.

    Raises:
        SettingMissing: the setting is absent, or names no place that can be read.
    """
    if (settings.ga4.export_url or "").startswith("bigquery:"):
        from rivage.connectors.ga4_export_bigquery import Ga4ExportBigQuery

        return Ga4ExportBigQuery(settings)
    return Ga4Export(settings)


class Ga4Export:
    """Connector of a folder that receives the export.

    The folder is one dataset (analytics_<id>), or holds several of them.

    Raises:
        SettingMissing: RIVAGE_GA4_EXPORT_URL is absent, or no folder that can be read.
    """

    name = "ga4_export"

    def __init__(self, settings: Settings) -> None:
        self._folder = Folder(settings.ga4.export_url, settings.home / "tmp")
        self._property = settings.ga4.property_id
        self._zone = settings.reporting_timezone

    def check(self) -> Iterator[CheckStep]:
        """Properties found, and the newest day delivered."""

        def newest() -> str:
            days = [
                match[1]
                for folder in self._datasets().values()
                for item in folder.items()
                if (match := _DAILY.match(item.name))
            ]
            if not days:
                raise NotReadyYet(f"{self._folder} holds no events_YYYYMMDD*.parquet yet.")
            return f"{len(set(days))} days, the newest {max(days)}."

        yield from run_steps(
            [
                ("properties visible", lambda: ", ".join(a.id for a in self.accounts())),
                ("days delivered", newest),
            ]
        )

    def accounts(self) -> list[Account]:
        """One account per dataset folder; the export names neither zone nor currency."""
        return [Account(each, each, self._zone, "") for each in sorted(self._datasets())]

    def pages(self, stream: Stream, account: Account, window: Window) -> Iterator[Files]:
        """The files of each day, complete or not at all.

        Raises:
            NotReadyYet: the export of a day has not arrived or is still being written.
            BadRequest: a day has both a whole file and numbered parts.
        """
        if not stream.endpoint.startswith("events_"):
            raise UnknownStream(f"The GA4 export connector can't read {stream.endpoint!r}.")
        folder = self._datasets().get(account.id)
        if folder is None:
            raise AccountUnknown(
                f"{self._folder} has no folder analytics_{account.id}.",
                do="Check RIVAGE_GA4_EXPORT_URL, or wait for the first export.",
            )
        for day in window.each_day():
            yield _files_of(folder, day)

    def _datasets(self) -> dict[str, Folder]:
        if match := _DATASET.match(self._folder.name):
            return {match[1]: self._folder}
        found = {
            match[1]: self._folder.below(item.name)
            for item in self._folder.items()
            if item.is_folder and (match := _DATASET.match(item.name))
        }
        if not found and self._property:
            # Files dropped straight into the folder: the setting says whose they are.
            return {self._property: self._folder}
        if not found:
            raise AccountUnknown(
                f"{self._folder} is no analytics_<property id> folder and holds none.",
                do="Point RIVAGE_GA4_EXPORT_URL at it, or set RIVAGE_GA4_PROPERTY_ID.",
            )
        return found


def _files_of(folder: Folder, day: date) -> Files:
    stamp = f"{day:%Y%m%d}"
    matches = sorted(
        (item.name, item.edition, match["part"])
        for item in folder.items()
        if (match := _DAILY.match(item.name)) and match[1] == stamp
    )
    if not matches:
        raise NotReadyYet(f"The export of {day} has not arrived in {folder}.", window=str(day))
    if len(matches) > 1 and any(part is None for *_, part in matches):
        raise BadRequest(
            f"{folder} holds both events_{stamp}.parquet and parts of the same day.",
            do="Keep one of the two editions; together they count every event twice.",
            window=str(day),
        )
    # Changes when a file of the day is added, removed, resized or rewritten.
    editions = "\n".join(f"{name} {edition}" for name, edition, _ in matches)
    version = hashlib.sha256(editions.encode()).hexdigest()[:16]
    files = folder.deliver(Window(day, day), [name for name, *_ in matches], version)
    for path in files.paths:
        if not _complete(path):
            raise NotReadyYet(f"{path.name} is still being written.", window=str(day))
    return files


def _complete(path: Path) -> bool:
    with path.open("rb") as file:
        size = file.seek(0, 2)
        if size < 2 * len(_MAGIC):
            return False
        file.seek(-len(_MAGIC), 2)
        return file.read() == _MAGIC
