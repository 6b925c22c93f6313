"""European Central Bank: daily euro reference rates; public, without a key.

Source: GET /service/data/EXR/D.<currencies>.EUR.SP00.A (data portal API, csvdata).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

from rivage.connectors.answers import Answer
from rivage.connectors.base import Account, CheckStep, Page
from rivage.connectors.checks import clock_agrees, run_steps
from rivage.connectors.ecb_days import next_business_day
from rivage.connectors.http import HttpSession, Retries
from rivage.connectors.limiter import Limiter
from rivage.connectors.redaction import redact
from rivage.errors import (
    BadRequest,
    RateLimited,
    ResponseTruncated,
    RivageError,
    SchemaBroke,
    ServerFailed,
    SettingMissing,
    UnknownStream,
)
from rivage.settings import Settings
from rivage.streams.model import Stream
from rivage.windows import Window

# Two business days lie in any ten days, so a currency without a row there is no currency.
RUN_UP = timedelta(days=10)
ACCOUNT = Account("EUR", "Euro reference rates", "Europe/Berlin", "EUR")
_CURRENCIES = "Correct RIVAGE_ECB_CURRENCIES; rates begin in 1999, and some currencies ended."
NEEDED = ("CURRENCY", "TIME_PERIOD", "OBS_VALUE")


class Ecb:
    """Connector of the one public source of euro rates.

    Raises:
        SettingMissing: no currency is configured.
    """

    name = "ecb"

    def __init__(
        self,
        settings: Settings,
        session: HttpSession | None = None,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        own = settings.ecb
        self._currencies = tuple(sorted({code.upper() for code in own.currencies} - {"EUR"}))
        if not self._currencies:
            raise SettingMissing(
                "RIVAGE_ECB_CURRENCIES names no currency besides the euro.",
                do="List ISO codes, for example USD,GBP,CHF, or set RIVAGE_ECB_ENABLED=false.",
            )
        self._base = own.base_url.rstrip("/")
        self._now = now
        self._session = session or HttpSession(
            settings, limiter=Limiter(settings.limits, "ecb", 2.0), retries=Retries()
        )

    def check(self) -> Iterator[CheckStep]:
        """Reach, every currency has a rate, clock; stops at the first failure."""
        seen: dict[str, Answer] = {}

        def reach() -> str:
            seen["answer"] = self._session.reach(f"{self._base}/service/")
            return f"{self._base} answers."

        def currencies() -> str:
            _, rows = self._rows({"lastNObservations": "1"})
            newest = max(row["TIME_PERIOD"] for row in rows)
            return f"{', '.join(self._currencies)}; newest rates of {newest}."

        yield from run_steps(
            [
                ("base url reachable", reach),
                ("currencies known", currencies),
                ("clock", lambda: clock_agrees(seen.get("answer"), self._now())),
            ]
        )

    def accounts(self) -> list[Account]:
        """One: rates against the euro, in the central bank's own days."""
        return [ACCOUNT]

    def pages(
        self,
        stream: Stream,
        account: Account,  # noqa: ARG002
        window: Window,
    ) -> Iterator[Page]:
        """One page: the rates of the window's business days.

        Weekends and holidays have no rate and are covered all the same. A business day
        without one is not published yet: it and later days are not landed.

        Raises:
            UnknownStream: not the rates stream.
            BadRequest: a configured currency has no rates.
        """
        if stream.endpoint != "EXR":
            raise UnknownStream(f"The ECB connector can't read {stream.endpoint!r}.")
        return self._read(window)

    def _read(self, window: Window) -> Iterator[Page]:
        first, last = str(window.start - RUN_UP), str(window.end)
        answer, rows = self._rows({"startPeriod": first, "endPeriod": last})
        newest = min(
            max(row["TIME_PERIOD"] for row in rows if row["CURRENCY"] == code)
            for code in self._currencies
        )
        awaited = next_business_day(date.fromisoformat(newest))
        records = [row for row in rows if date.fromisoformat(row["TIME_PERIOD"]) >= window.start]
        yield Page(
            records,
            answer.request_id,
            answer.headers.get("Content-Type", ""),
            answer.bytes,
            1,
            1,
            served_to=awaited - timedelta(days=1) if awaited <= window.end else None,
        )

    def _rows(self, period: dict[str, str]) -> tuple[Answer, list[dict[str, str]]]:
        """Every configured currency's rows of a period, as sent; each has at least one."""
        answer = self._session.send(
            "GET",
            f"{self._base}/service/data/EXR/D.{'+'.join(self._currencies)}.EUR.SP00.A",
            params={**period, "format": "csvdata"},
            headers={"Accept": "text/csv"},
            classify=_classify,
            plain=True,
        )
        rows = _table(answer)
        missing = [c for c in self._currencies if all(row["CURRENCY"] != c for row in rows)]
        if missing:
            raise BadRequest(
                f"The central bank has no rate for {', '.join(missing)} in the period asked for.",
                do=_CURRENCIES,
            )
        return answer, rows


def _table(answer: Answer) -> list[dict[str, str]]:
    """The CSV's rows by column name.

    Raises:
        SchemaBroke: a column every row needs is gone.
    """
    rows = list(csv.DictReader(io.StringIO(answer.body.decode("utf-8-sig"))))
    gone = [name for name in NEEDED if any(name not in row for row in rows)]
    if gone:
        raise SchemaBroke(f"The table of rates has no column {', '.join(gone)}.")
    return rows


def _classify(answer: Answer) -> RivageError | None:
    """404 says that no series has a rate in the period, which never holds for ten days."""
    if answer.status == 404:
        return _refused(answer, _CURRENCIES)
    if answer.status == 429:
        return RateLimited("The central bank asks for fewer requests.")
    if answer.status >= 500:
        return ServerFailed(f"The central bank answered HTTP {answer.status}.")
    if answer.status >= 300:
        return _refused(answer, "Check RIVAGE_ECB_BASE_URL.")
    return None if _is_whole(answer.body) else ResponseTruncated(
        "The central bank's table of rates is cut off or is no table."
    )  # fmt: skip


def _refused(answer: Answer, do: str) -> BadRequest:
    told = redact(answer.body[:200].decode("utf-8", "replace").strip())
    what = f"The central bank answered HTTP {answer.status}: {told or 'no reason given'}"
    return BadRequest(what, do=do)


def _is_whole(body: bytes) -> bool:
    """A header, at least one row, rows of equal length, and a line end after the last."""
    try:
        lines = list(csv.reader(io.StringIO(body.decode("utf-8-sig")), strict=True))
    except (csv.Error, UnicodeDecodeError):
        return False
    if len(lines) < 2 or "KEY" not in lines[0] or not body.endswith(b"\n"):
        return False
    return all(len(line) == len(lines[0]) for line in lines)
