"""Shopify Admin API: the shop's orders, the back office's truth.

Source: POST /admin/api/<version>/graphql.json.
"""

from __future__ import annotations

import logging
import time as clock
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from rivage.connectors.answers import Answer
from rivage.connectors.base import Account, CheckStep, Page
from rivage.connectors.checks import clock_agrees, run_steps
from rivage.connectors.http import HttpSession, Retries
from rivage.connectors.limiter import Limiter
from rivage.connectors.shopify_auth import ShopToken
from rivage.connectors.shopify_bulk import BulkReads
from rivage.connectors.shopify_errors import GRANT, budget, classify
from rivage.connectors.shopify_lines import BulkUseless
from rivage.connectors.shopify_nested import complete_refunds
from rivage.connectors.shopify_orders import PagedReads, instant, search
from rivage.connectors.shopify_query import SCOPES, SHOP, Selection, orders_of, selection
from rivage.connectors.shopify_scopes import readable, refuse_older
from rivage.errors import (
    BadRequest,
    SchemaBroke,
    ScopeMissing,
    SettingMissing,
    TokenExpired,
    UnknownStream,
)
from rivage.settings import Settings
from rivage.streams.model import Stream
from rivage.windows import Window, refuse_future

log = logging.getLogger("rivage.connectors")
RETRIES = Retries(attempts=8)
BULK_FROM_DAYS = 5
"""An ordinary run reads three days and is quicker in pages; a longer window is a first load or
the end of an outage, where one bulk operation costs ten points instead of thousands."""
BULK_PAGE = 200
SCOPES_NEEDED = {"read_orders"}


class Shopify:
    """Connector of one shop.

    Raises:
        SettingMissing: the shop's address or its access is not configured.
    """

    name = "shopify"

    def __init__(
        self,
        settings: Settings,
        session: HttpSession | None = None,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        sleep: Callable[[float], None] = clock.sleep,
    ) -> None:
        own = settings.shopify
        if not own.base_url:
            raise SettingMissing(
                "RIVAGE_SHOPIFY_BASE_URL is not set.",
                do="Set it to https://<shop>.myshopify.com.",
            )
        self._base = own.base_url.rstrip("/")
        self._version = own.api_version
        self._now = now
        shop = urlsplit(self._base).netloc
        self._session = session or HttpSession(
            settings,
            limiter=Limiter(settings.limits, f"shopify-{shop}", own.requests_per_second),
            retries=RETRIES,
        )
        self._token = ShopToken(settings, self._base, self._session, now)
        self._served = self._version
        self._scopes_known: set[str] | None = None
        self._paged = PagedReads(self._query, own.page_size)
        self._bulk = BulkReads(self._query, self._session, settings.home / "tmp", sleep=sleep)

    def check(self) -> Iterator[CheckStep]:
        """Reach, token, shop, scopes, API version, budget, clock; stops at the first failure."""
        seen: dict[str, Any] = {}

        def reach() -> str:
            seen["answer"] = self._session.reach(f"{self._base}/")
            return f"{self._base} answers."

        def token() -> str:
            self._token.value()
            (seen["shop"],) = self.accounts()
            return "The shop accepts the token."

        def shop() -> str:
            found: Account = seen["shop"]
            return f"{found.name} ({found.id}, {found.timezone}, {found.currency})"

        def version() -> str:
            if self._served == self._version:
                return f"Version {self._served} answers."
            return f"Version {self._served} answers instead of {self._version}."

        yield from run_steps(
            [
                ("base url reachable", reach),
                ("token valid", token),
                ("shop visible", shop),
                ("granted scopes", self._scopes),
                ("api version", version),
                ("query budget", lambda: budget(self._query(SHOP, {}))),
                ("clock", lambda: clock_agrees(seen["answer"], self._now())),
            ]
        )

    def accounts(self) -> list[Account]:
        """The one shop; its id is its permanent myshopify.com domain."""
        shop = self._query(SHOP, {}).json["data"].get("shop")
        try:
            return [
                Account(
                    str(shop["myshopifyDomain"]),
                    str(shop["name"]),
                    str(shop["ianaTimezone"]),
                    str(shop["currencyCode"]),
                )
            ]
        except (TypeError, KeyError):
            shop = None
        raise SchemaBroke("The shop's own record lacks its domain, name, zone or currency.")

    def pages(self, stream: Stream, account: Account, window: Window) -> Iterator[Page]:
        """Orders changed within the window's days, each day as long as it is in the shop's
        zone; or all products as they are now.

        Raises:
            UnknownStream: neither orders nor products.
            NotGranted: a selected field is not granted, or the window begins before the
                orders this app may see.
        """
        if stream.endpoint not in ("orders", "products"):
            raise UnknownStream(f"The Shopify connector can't read {stream.endpoint!r}.")
        refuse_future(window, account.timezone, self._now())
        if stream.endpoint == "products":
            return self._with_notes(self._paged.products(selection("product", stream.options)), [])
        start = _midnight(window.start, account.timezone)
        end = _midnight(window.end + timedelta(days=1), account.timezone)
        notes = refuse_older(self._granted(), start, self._now())
        (order, refund), less = readable(orders_of(stream), self._granted())
        notes += less
        if window.days >= BULK_FROM_DAYS:
            pages = self._in_bulk(order, refund, start, end, notes)
        else:
            pages = self._paged.orders(order, refund, start, end)
        return self._with_notes(pages, notes)

    def _in_bulk(
        self, order: Selection, refund: Selection, start: datetime, end: datetime, notes: list[str]
    ) -> Iterator[Page]:
        """One bulk operation; page by page when that gives no complete answer."""
        with ExitStack() as held:
            try:
                lines = held.enter_context(self._bulk.orders(order, search(instant(start), end)))
            except BulkUseless as useless:
                log.warning("bulk_useless reason=%s action=read_pages", useless)
                notes.append(
                    f"A bulk operation was not used: {useless}. Orders were read in pages."
                )
                yield from self._paged.orders(order, refund, start, end)
                return
            number = 0
            for number, records in enumerate(lines.pages(BULK_PAGE), start=1):
                complete_refunds(records, refund, self._query)
                yield Page(records, "", self._served, 0, number)
            if not number:
                yield Page([], "", self._served, 0, 1)

    def _with_notes(self, pages: Iterator[Page], notes: list[str]) -> Iterator[Page]:
        """Put what is doubtful about the whole answer on its first page."""
        for page in pages:
            if self._served != self._version:
                notes.append(
                    f"API version {self._served} answered instead of {self._version}: set "
                    "RIVAGE_SHOPIFY_API_VERSION to a supported one."
                )
            yield replace(page, notes=(*page.notes, *notes))
            yield from pages

    def _query(self, text: str, variables: dict[str, Any]) -> Answer:
        token = self._token.value()
        try:
            return self._post(text, variables, token)
        except TokenExpired:
            if not self._token.renewable:
                raise
            log.warning("token_refused shop=%s action=renew", self._base)
        return self._post(text, variables, self._token.value(renew=True))

    def _post(self, text: str, variables: dict[str, Any], token: str) -> Answer:
        answer = self._session.send(
            "POST",
            f"{self._base}/admin/api/{self._version}/graphql.json",
            json={"query": text, "variables": variables},
            headers={"X-Shopify-Access-Token": token},
            classify=classify,
        )
        served = answer.headers.get("X-Shopify-API-Version", self._version)
        if served != self._served:
            # A retired version is not refused: an older or newer schema answers.
            log.warning("api_version_served asked=%s served=%s", self._version, served)
            self._served = served
        return answer

    def _granted(self) -> set[str] | None:
        """The app's scopes, asked once; None when the shop does not say."""
        if self._scopes_known is None:
            try:
                data = self._query(SCOPES, {}).json["data"]
            except BadRequest:
                data = {}
            rows = (data.get("currentAppInstallation") or {}).get("accessScopes") or []
            self._scopes_known = {str(row.get("handle")) for row in rows}
        return self._scopes_known or None

    def _scopes(self) -> str:
        granted = self._granted()
        if granted is None:
            return "The shop does not say which scopes are granted."
        text = ", ".join(sorted(granted))
        gone = sorted(SCOPES_NEEDED - granted)
        if gone:
            raise ScopeMissing(f"Granted are {text}; {', '.join(gone)} missing.", do=GRANT)
        if "read_all_orders" not in granted:
            # Older orders are then left out without any sign in the data.
            return (
                f"{text}; without read_all_orders, orders older than 60 days are left out. It is "
                "asked for in the Partner Dashboard, under the app's API access requests."
            )
        return text


def _midnight(day: date, zone: str) -> datetime:
    """The instant a day begins in the shop's zone, in UTC."""
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)
