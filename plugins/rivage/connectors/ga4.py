"""GA4 Data API: daily traffic, users, landing pages and funnel of one property.

Source: POST /v1beta/properties/{id}:runReport and :checkCompatibility.
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
from rivage.connectors.ga4_report import (
    Report,
    doubts,
    fields,
    left_of,
    read_report,
    refuse_other_currency,
    refuse_unsound,
    request,
)
from rivage.connectors.http import HttpSession, Retries
from rivage.connectors.limiter import Limiter
from rivage.connectors.walks import Totals, walk_steadily
from rivage.errors import (
    BadRequest,
    QuotaExhausted,
    SettingMissing,
    TokenExpired,
    UnknownStream,
)
from rivage.settings import Settings
from rivage.streams import streams_of
from rivage.streams.model import Stream
from rivage.windows import Window, refuse_future

log = logging.getLogger("rivage.connectors")
API_VERSION = "v1beta"
MOST_ROWS = 250_000
"""A larger limit is lowered by the service without a word."""
# Ten 5xx within an hour lock the project out of the property for the rest of it.
RETRIES = Retries(attempts=5, server_failures=3)


class _Collapsed(Exception):
    """A report over several days lost combinations to the (other) row."""


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
        self._currency = settings.reporting_currency
        self._limit = max(1, min(own.page_size, MOST_ROWS))
        self._now = now
        self._session = session or HttpSession(
            settings,
            limiter=Limiter(settings.limits, f"ga4-{self._property}", own.requests_per_second),
            retries=RETRIES,
        )
        self._access = ServiceAccount(own.credentials, self._session, now)

    def check(self) -> Iterator[CheckStep]:
        """Reach, token, property, zone, currency, fields, quota, clock; stops at the first
        failure."""
        seen: dict[str, Any] = {}

        def reach() -> str:
            seen["answer"] = self._session.reach(f"{self._base}/")
            return f"{self._base} answers."

        def token() -> str:
            self._access.token()
            return f"The token endpoint accepts {self._access.email}."

        def readable() -> str:
            seen["report"] = self._minimal()
            return f"Property {self._property} can be read."

        def zone() -> str:
            sent = seen["report"].metadata.get("timeZone")
            refuse_other_zone(sent, self._zone, self._property)
            return f"The property's days are days in {self._zone}."

        def currency() -> str:
            refuse_other_currency(seen["report"].metadata.get("currencyCode"), self._currency)
            return f"The property's money is in {self._currency}."

        def quota() -> str:
            left = left_of(seen["report"].quota)
            spent = [name for name, remaining in left if remaining <= 0]
            if spent:
                raise QuotaExhausted(f"Nothing is left of {', '.join(spent)}.")
            return ", ".join(f"{name} {n:,}" for name, n in left) or "The service did not say."

        yield from run_steps(
            [
                ("base url reachable", reach),
                ("token valid", token),
                ("property visible", readable),
                ("time zone", zone),
                ("currency", currency),
                ("fields go together", self._compatible),
                ("quota left", quota),
                ("clock", lambda: clock_agrees(seen["answer"], self._now())),
            ]
        )

    def accounts(self) -> list[Account]:
        """The one configured property, with zone and currency from a minimal report."""
        metadata = self._minimal().metadata
        zone = str(metadata.get("timeZone") or self._zone)
        currency = str(metadata.get("currencyCode") or "")
        return [Account(self._property, self._property, zone, currency)]

    def pages(self, stream: Stream, account: Account, window: Window) -> Iterator[Page]:
        """Report rows as `{dimension or metric name: text}`, in a fixed order.

        Raises:
            BadRequest: the property's zone or currency is not the reporting one, or data
                is sampled.
            NotGranted: the role may not see a requested metric.
            QuotaExhausted: with the seconds until the quota refills.
        """
        if stream.endpoint != "runReport":
            raise UnknownStream(f"The GA4 connector can't read {stream.endpoint!r}.")
        refuse_future(window, account.timezone, self._now())
        return self._steadily(stream, window)

    def _steadily(self, stream: Stream, window: Window) -> Iterator[Page]:
        try:
            yield from walk_steadily(lambda totals: self._walk(stream, window, totals))
        except _Collapsed:
            # The more days in one request, the more of its rows end up in (other).
            log.warning("other_row stream=%s window=%s action=split", stream.name, window)
            for day in window.each_day():
                yield from self._steadily(stream, Window(day, day))

    def _walk(self, stream: Stream, window: Window, totals: Totals) -> Iterator[Page]:
        body = request(stream, window, self._limit)
        offset, number = 0, 0
        while True:
            answer = self._run({**body, "offset": offset})
            report = read_report(answer)
            refuse_other_zone(report.metadata.get("timeZone"), self._zone, self._property)
            refuse_unsound(report, stream, self._currency)
            if report.collapsed and window.days > 1 and not number:
                raise _Collapsed
            totals.add(report.row_count, len(report.records))
            offset, number = offset + len(report.records), number + 1
            notes = doubts(report)
            for note in notes:
                log.warning("report_doubt stream=%s window=%s %s", stream.name, window, note)
            yield Page(
                report.records, answer.request_id, API_VERSION, answer.bytes, number, notes=notes
            )
            # The service may send fewer rows than asked, so only what came moves on.
            if offset >= report.row_count or not report.records:
                return

    def _minimal(self) -> Report:
        """The smallest report: what it says about itself is what is wanted."""
        body = {
            "metrics": [{"name": "sessions"}],
            "dateRanges": [{"startDate": "yesterday", "endDate": "yesterday"}],
            "limit": 1,
            "returnPropertyQuota": True,
        }
        return read_report(self._run(body))

    def _compatible(self) -> str:
        """Whether each stream's dimensions and metrics may be asked for together."""
        streams = streams_of(self.name)
        for stream in streams:
            answer = self._run(fields(stream), "checkCompatibility")
            bad = [
                str((row.get(f"{kind}Metadata") or {}).get("apiName"))
                for kind in ("dimension", "metric")
                for row in answer.json.get(f"{kind}Compatibilities", [])
                if row.get("compatibility") == "INCOMPATIBLE"
            ]
            if bad:
                raise BadRequest(
                    f"{stream.name} asks for fields that do not go together: {', '.join(bad)}.",
                    do="Remove them from the stream's declaration.",
                )
        return f"The fields of {len(streams)} reports go together."

    def _run(self, body: dict[str, Any], verb: str = "runReport") -> Answer:
        token = self._access.token()
        try:
            return self._post(verb, body, token)
        except TokenExpired:
            log.warning("token_refused property=%s action=renew", self._property)
        return self._post(verb, body, self._access.token(renew=True))

    def _post(self, verb: str, body: dict[str, Any], token: str) -> Answer:
        return self._session.send(
            "POST",
            f"{self._base}/{API_VERSION}/properties/{self._property}:{verb}",
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
