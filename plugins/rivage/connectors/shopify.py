"""Shopify Admin API: the shop's orders, the back office's truth.

Source: POST /admin/api/<version>/graphql.json.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
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
from rivage.connectors.shopify_errors import classify
from rivage.connectors.shopify_orders import OrderReads
from rivage.connectors.shopify_query import SCOPES, SHOP
from rivage.errors import RivageError, SchemaBroke, SettingMissing, TokenExpired, UnknownStream
from rivage.settings import Settings
from rivage.streams.model import Stream
from rivage.windows import Window, refuse_future

log = logging.getLogger("rivage.connectors")
RETRIES = Retries(attempts=8)


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
        self._orders = OrderReads(self._query, own.page_size)

    def check(self) -> Iterator[CheckStep]:
        """Reach, token, shop, scopes, API version, clock; stops at the first failure."""
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
        """Orders changed within the window's days, each day as long as it is in the shop's zone.

        Raises:
            UnknownStream: not the orders stream.
            ScopeMissing: a selected field is not granted.
        """
        if stream.endpoint != "orders":
            raise UnknownStream(f"The Shopify connector can't read {stream.endpoint!r}.")
        refuse_future(window, account.timezone, self._now())
        start = _midnight(window.start, account.timezone)
        end = _midnight(window.end + timedelta(days=1), account.timezone)
        return self._orders.changed(stream.options["node"], start, end)

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

    def _scopes(self) -> str:
        try:
            data = self._query(SCOPES, {}).json["data"]
            rows = data["currentAppInstallation"]["accessScopes"]
            granted = sorted(str(row["handle"]) for row in rows)
        except (RivageError, KeyError, TypeError):
            return "The shop does not say which scopes are granted."
        text = ", ".join(granted) or "none"
        if "read_all_orders" not in granted:
            # Older orders are then left out without any sign in the data.
            return f"{text}; without read_all_orders, orders older than 60 days are left out."
        return text


def _midnight(day: date, zone: str) -> datetime:
    """The instant a day begins in the shop's zone, in UTC."""
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)
