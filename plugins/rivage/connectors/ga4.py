"""GA4 Data API: daily traffic and purchases of one property.

Source: POST /v1beta/properties/{id}:runReport.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from rivage.connectors.answers import Answer
from rivage.connectors.base import Account, CheckStep, Page
from rivage.connectors.checks import clock_agrees, run_steps
from rivage.connectors.ga4_auth import ServiceAccount
from rivage.connectors.ga4_errors import classify
from rivage.connectors.ga4_report import read_report, refuse_unsound
from rivage.connectors.http import HttpSession, Retries
from rivage.connectors.limiter import Limiter
from rivage.connectors.walks import Totals, walk_steadily
from rivage.errors import BadRequest, SettingMissing, TokenExpired, UnknownStream
from rivage.settings import Settings
from rivage.streams.model import Stream
from rivage.windows import Window, refuse_future

log = logging.getLogger("rivage.connectors")
API_VERSION = "v1beta"
MOST_ROWS = 250_000
"""A larger limit is lowered by the service without a word."""
# Ten 5xx within an hour lock the project out of the property for the rest of it.
RETRIES = Retries(attempts=5, server_failures=3)


class Ga4:
    """Connector of one GA4 property.

    Raises:
        SettingMissing: RIVAGE_GA4_PROPERTY_ID or RIVAGE_GA4_CREDENTIALS is absent.
    """

    name = "ga4"

    def __init__(
        self,
        settings: Settings,
        session: HttpSession | None = None,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        own = settings.ga4
        if not own.property_id or not own.property_id.isdecimal():
            raise SettingMissing(
                "RIVAGE_GA4_PROPERTY_ID is not set to a property number.",
                do="Use the digits shown under Admin > Property, not the G-… measurement id.",
            )
        self._property = own.property_id
        self._base = own.base_url.rstrip("/")
        self._zone = settings.reporting_timezone
        self._limit = max(1, min(own.page_size, MOST_ROWS))
        self._now = now
        self._session = session or HttpSession(
            settings,
            limiter=Limiter(settings.limits, f"ga4-{self._property}", own.requests_per_second),
            retries=RETRIES,
        )
        self._access = ServiceAccount(own.credentials, self._session, now)

    def check(self) -> Iterator[CheckStep]:
        """Reach, token, property, zone, clock; stops at the first failure."""
        seen: dict[str, Any] = {}

        def reach() -> str:
            seen["answer"] = self._session.reach(f"{self._base}/")
            return f"{self._base} answers."

        def token() -> str:
            self._access.token()
            return f"The token endpoint accepts {self._access.email}."

        def readable() -> str:
            (seen["account"],) = self.accounts()
            return f"Property {self._property} can be read."

        def zone() -> str:
            refuse_other_zone(seen["account"].timezone, self._zone, self._property)
            return f"The property's days are days in {self._zone}."

        yield from run_steps(
            [
                ("base url reachable", reach),
                ("token valid", token),
                ("property visible", readable),
                ("time zone", zone),
                ("clock", lambda: clock_agrees(seen["answer"], self._now())),
            ]
        )

    def accounts(self) -> list[Account]:
        """The one configured property, with zone and currency from a minimal report."""
        answer = self._run(
            {
                "metrics": [{"name": "sessions"}],
                "dateRanges": [{"startDate": "yesterday", "endDate": "yesterday"}],
                "limit": 1,
            }
        )
        metadata = read_report(answer).metadata
        zone = str(metadata.get("timeZone") or self._zone)
        currency = str(metadata.get("currencyCode") or "")
        return [Account(self._property, self._property, zone, currency)]

    def pages(self, stream: Stream, account: Account, window: Window) -> Iterator[Page]:
        """Report rows as `{dimension or metric name: text}`, in a fixed order.

        Raises:
            BadRequest: the property's zone is not the reporting zone, or data is sampled.
            ScopeMissing: the role may not see a requested metric.
            QuotaExhausted: with the seconds until the quota refills.
        """
        if stream.endpoint != "runReport":
            raise UnknownStream(f"The GA4 connector can't read {stream.endpoint!r}.")
        refuse_future(window, account.timezone, self._now())
        return walk_steadily(lambda totals: self._walk(stream, window, totals))

    def _walk(self, stream: Stream, window: Window, totals: Totals) -> Iterator[Page]:
        dimensions = list(stream.options["dimensions"])
        body = {
            "dimensions": [{"name": name} for name in dimensions],
            "metrics": [{"name": name} for name in stream.options["metrics"]],
            "dateRanges": [{"startDate": str(window.start), "endDate": str(window.end)}],
            # Ties of the default order move between pages: order by every dimension.
            "orderBys": [{"dimension": {"dimensionName": name}} for name in dimensions],
            "keepEmptyRows": False,
            "returnPropertyQuota": True,
            "limit": self._limit,
        }
        offset, number = 0, 0
        while True:
            answer = self._run({**body, "offset": offset})
            report = read_report(answer)
            refuse_other_zone(report.metadata.get("timeZone"), self._zone, self._property)
            refuse_unsound(report, stream.name)
            totals.add(report.row_count, len(report.records))
            offset, number = offset + len(report.records), number + 1
            yield Page(report.records, answer.request_id, API_VERSION, answer.bytes, number)
            # The service may send fewer rows than asked, so only what came moves on.
            if offset >= report.row_count or not report.records:
                return

    def _run(self, body: dict[str, Any]) -> Answer:
        token = self._access.token()
        try:
            return self._post(body, token)
        except TokenExpired:
            log.warning("token_refused property=%s action=renew", self._property)
        return self._post(body, self._access.token(renew=True))

    def _post(self, body: dict[str, Any], token: str) -> Answer:
        return self._session.send(
            "POST",
            f"{self._base}/{API_VERSION}/properties/{self._property}:runReport",
            json=body,
            headers={"Authorization": f"Bearer {token}"},
            classify=lambda answer: classify(answer, self._now()),
        )


def refuse_other_zone(sent: object, expected: str, property_id: str) -> None:
    """Raise BadRequest when the property cuts its days in another zone than the reports.

    Daily rows can't be moved to another zone afterwards.
    """
    if sent != expected:
        raise BadRequest(
            f"Property {property_id} cuts its days in {sent or 'an unknown zone'}, "
            f"reports are in {expected}.",
            do="Set RIVAGE_REPORTING_TIMEZONE to the property's zone, or change the zone "
            "under Admin > Property and pull again from that day on.",
        )
