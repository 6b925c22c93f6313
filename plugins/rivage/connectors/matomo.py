"""Matomo's visitor log: every visit of a site with its actions.

Source: POST index.php, module=API, method=Live.getLastVisitsDetails.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlsplit

from rivage.connectors.answers import Answer
from rivage.connectors.base import Account, CheckStep, Page
from rivage.connectors.checks import clock_agrees, run_steps
from rivage.connectors.http import HttpSession, Retries
from rivage.connectors.limiter import Limiter
from rivage.connectors.matomo_errors import classify, value_of
from rivage.connectors.matomo_visits import Piece, Visit, read_day
from rivage.connectors.redaction import remember
from rivage.errors import SchemaBroke, SettingMissing, UnknownStream
from rivage.settings import Settings
from rivage.streams.model import Stream
from rivage.windows import Window, refuse_future

METHOD = "Live.getLastVisitsDetails"
# A heavy page fails again and again: a few tries, then a smaller page.
RETRIES = Retries(attempts=4, server_failures=3)
SEEN_CAPS = (99, 500)
"""Actions per visit at which installations were seen to cut the list without saying so."""


class Matomo:
    """Connector of one Matomo installation.

    Raises:
        SettingMissing: RIVAGE_MATOMO_BASE_URL or RIVAGE_MATOMO_TOKEN_AUTH is absent.
    """

    name = "matomo"

    def __init__(
        self,
        settings: Settings,
        session: HttpSession | None = None,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        own = settings.matomo
        if not own.base_url:
            raise SettingMissing(
                "RIVAGE_MATOMO_BASE_URL is not set.",
                do="Set it to the folder that holds index.php, as https://host/ or .../matomo/.",
            )
        if own.token_auth is None:
            raise SettingMissing(
                "RIVAGE_MATOMO_TOKEN_AUTH is not set.",
                do="Create a token under Matomo > Personal > Security, with view access.",
            )
        self._url = f"{own.base_url.removesuffix('index.php').rstrip('/')}/index.php"
        self._token = own.token_auth.get_secret_value()
        remember(self._token)
        self._sites = own.site_ids
        self._limit = max(1, own.page_size)
        self._now = now
        self._version = ""
        self._session = session or HttpSession(
            settings,
            # The cloud counts calls per address, so all processes share one budget.
            limiter=Limiter(
                settings.limits, f"matomo-{urlsplit(self._url).hostname}", own.requests_per_second
            ),
            retries=RETRIES,
        )

    def check(self) -> Iterator[CheckStep]:
        """Reach, token, sites, clock; stops at the first failure."""
        seen: dict[str, Any] = {}

        def reach() -> str:
            seen["answer"] = self._session.reach(self._url)
            return f"{self._url} answers."

        def sites() -> str:
            seen["accounts"] = self.accounts()
            if not seen["accounts"]:
                raise SettingMissing(
                    "The token's user may view no site.",
                    do="Give it view access, or name sites in RIVAGE_MATOMO_SITE_IDS.",
                )
            return ", ".join(f"{a.id} ({a.name}, {a.timezone})" for a in seen["accounts"])

        yield from run_steps(
            [
                ("base url reachable", reach),
                ("token valid", lambda: f"Matomo {self.version()} accepts the token."),
                ("sites visible", sites),
                ("clock", lambda: clock_agrees(seen["answer"], self._now())),
            ]
        )

    def version(self) -> str:
        """Matomo's version, asked once."""
        if not self._version:
            value = value_of(self._call("API.getMatomoVersion"))
            self._version = str(value.get("value", "")) if isinstance(value, dict) else ""
        return self._version or "unknown"

    def accounts(self) -> list[Account]:
        """The configured sites, else all the token may view, with zone and currency.

        Raises:
            AccountUnknown: a configured site is not visible.
        """
        sites = self._sites or tuple(
            str(site.get("idsite"))
            for site in _list(value_of(self._call("SitesManager.getSitesWithAtLeastViewAccess")))
        )
        return [self._account(site) for site in sites]

    def _account(self, site: str) -> Account:
        value = value_of(self._call("SitesManager.getSiteFromId", idSite=site))
        found = value[0] if isinstance(value, list) and value else value
        if not isinstance(found, dict) or not found.get("timezone"):
            raise SchemaBroke(f"Matomo described site {site} without a time zone.")
        return Account(
            site,
            str(found.get("name") or site),
            str(found["timezone"]),
            str(found.get("currency") or ""),
        )

    def pages(self, stream: Stream, account: Account, window: Window) -> Iterator[Page]:
        """The visits of each day, by the site-local day of their last action.

        One day per call: with longer periods the server's paging leaves gaps.

        Raises:
            AccountUnknown, NotGranted: no view access, or the visits log is off.
            SchemaBroke: the answer is no list of visits.
        """
        if stream.endpoint != METHOD:
            raise UnknownStream(f"The Matomo connector can't read {stream.endpoint!r}.")
        refuse_future(window, account.timezone, self._now())
        version, number = self.version(), 0
        for day in window.each_day():

            def ask(offset: int, limit: int, day: date = day) -> tuple[Answer, list[Visit]]:
                return self._visits(account.id, day, offset, limit)

            for piece in read_day(ask, self._limit):
                number += 1
                yield Page(
                    piece.visits,
                    piece.answer.request_id,
                    version,
                    piece.answer.bytes,
                    number,
                    notes=_doubts(piece),
                )

    def _visits(self, site: str, day: date, offset: int, limit: int) -> tuple[Answer, list[Visit]]:
        answer = self._call(
            METHOD,
            idSite=site,
            period="day",
            date=str(day),
            filter_limit=str(limit),
            filter_offset=str(offset),
            filter_sort_order="desc",
        )
        return answer, _list(value_of(answer))

    def _call(self, method: str, **more: str) -> Answer:
        form = {"module": "API", "method": method, "format": "JSON", "token_auth": self._token}
        # The token travels in the body: in the address it would be logged, and refused.
        return self._session.send(
            "POST", self._url, data={**form, **more}, classify=classify, plain=True
        )


def _list(value: object) -> list[Visit]:
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise SchemaBroke("Matomo answered with something else than a list of records.")
    return value


def _doubts(piece: Piece) -> tuple[str, ...]:
    cut = [v for v in piece.visits if _is_cut(v)]
    return (f"{len(cut)} visits have cut action lists.",) if cut else ()


def _is_cut(visit: Visit) -> bool:
    truncated = str(visit.get("truncatedActionsCount") or "0")
    actions = visit.get("actionDetails")
    at_cap = isinstance(actions, list) and len(actions) in SEEN_CAPS
    return (truncated.isdecimal() and int(truncated) > 0) or at_cap
