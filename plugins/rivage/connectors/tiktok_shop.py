"""TikTok Shop Open API: orders, after-sales, listings, affiliate orders and analytics.

Source: Partner Center (open-api.tiktokglobalshop.com). Its own app, consent and token; the
Marketing API's do not work here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from rivage.connectors.base import Account, CheckStep, Page
from rivage.connectors.checks import clock_agrees, run_steps
from rivage.connectors.http import HttpSession, Retries
from rivage.connectors.limiter import Limiter
from rivage.connectors.tiktok_shop_analytics import day_pages, interval_pages
from rivage.connectors.tiktok_shop_auth import ShopAccess
from rivage.connectors.tiktok_shop_reads import ShopReads, data_of, records_of
from rivage.connectors.tiktok_shop_searches import changed_pages, created_pages, state_pages
from rivage.errors import AccountUnknown, SchemaBroke, SettingMissing, UnknownStream
from rivage.settings import Settings
from rivage.streams.model import Changes, Daily, Snapshot, Stream
from rivage.windows import Window, refuse_future

SHOPS = "authorization/shops"
INTERVALS = "analytics/shop/performance"
# The API asks to double from 1 s to 60 s, five sends at most; all within a timestamp's life.
RETRIES = Retries(attempts=5, seconds=150.0)


class TikTokShop:
    """Connector of the shops that one seller's consent covers.

    Args:
        session: one with the app's shared budget by default.
        now: aware UTC time; also what requests are signed with.

    Raises:
        SettingMissing: the app or its first token is not configured.
    """

    name = "tiktok_shop"

    def __init__(
        self,
        settings: Settings,
        session: HttpSession | None = None,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        own = settings.tiktok_shop
        if not own.app_key:
            raise SettingMissing(
                "RIVAGE_TIKTOK_SHOP_APP_KEY is not set.",
                do="Set it to the key of your Partner Center app.",
            )
        self._base = own.base_url
        self._zone = settings.reporting_timezone
        self._now = now
        self._session = session or HttpSession(
            settings,
            limiter=Limiter(settings.limits, f"tiktok_shop-{own.app_key}", own.requests_per_second),
            retries=RETRIES,
        )
        self._access = ShopAccess(settings, self._session, now)
        self._reads = ShopReads(settings, self._session, self._access, now)
        self._ciphers: dict[str, str] = {}

    def check(self) -> Iterator[CheckStep]:
        """Reach, token, shops, order scope, clock; stops at the first failure."""
        seen: dict[str, Any] = {}

        def reach() -> str:
            seen["answer"] = self._session.reach(self._base)
            return f"{self._base} answers."

        def token() -> str:
            self._access.value()
            return "There is a valid access token."

        def shops() -> str:
            seen["shops"] = self.accounts()
            return ", ".join(f"{shop.name} ({shop.id})" for shop in seen["shops"])

        def orders() -> str:
            cipher = self._cipher(seen["shops"][0])
            self._reads.call("order/orders/search", {"page_size": "1"}, cipher=cipher, body={})
            return "The token covers orders."

        yield from run_steps(
            [
                ("base url reachable", reach),
                ("token valid", token),
                ("shops visible", shops),
                ("order scope", orders),
                ("clock", lambda: clock_agrees(seen["answer"], self._now())),
            ]
        )

    def accounts(self) -> list[Account]:
        """Authorised shops.

        The API gives a shop's region but neither its time zone nor its currency. A region
        may span several zones, so the reporting zone stands for the shop's; rows name
        their currency themselves.

        Raises:
            AccountUnknown: the consent covers no shop.
        """
        answer = self._reads.call(SHOPS, {})
        shops = records_of(data_of(answer, SHOPS), "shops", SHOPS)
        if not shops:
            raise AccountUnknown(
                "The seller's consent covers no shop.",
                do="Authorise the app again with an account that owns a shop.",
            )
        try:
            # Valid for this start only: the platform may change them.
            self._ciphers = {str(shop["id"]): str(shop["cipher"]) for shop in shops}
            return [
                Account(str(shop["id"]), str(shop.get("name") or ""), self._zone, "")
                for shop in shops
            ]
        except KeyError as missing:
            raise SchemaBroke(f"An authorised shop has no {missing.args[0]}.") from None

    def pages(self, stream: Stream, account: Account, window: Window) -> Iterator[Page]:
        """Pages of one stream.

        Raises:
            UnknownStream: the stream's window is of a kind this endpoint does not have.
            WindowInFuture: a window past the shop's own today.
            SchemaBroke: the shop answered for other days than it was asked for.
        """
        refuse_future(window, account.timezone, self._now())
        cipher, kind = self._cipher(account), stream.window
        if isinstance(kind, Changes):
            yield from changed_pages(self._reads, stream, account, cipher, window)
        elif isinstance(kind, Snapshot):
            yield from state_pages(self._reads, stream, cipher)
        elif stream.endpoint == INTERVALS:
            yield from interval_pages(self._reads, stream, cipher, window)
        elif stream.endpoint.startswith("analytics/") and isinstance(kind, Daily):
            yield from day_pages(self._reads, stream, cipher, window)
        elif isinstance(kind, Daily) and "list" in stream.options:
            yield from created_pages(self._reads, stream, account, cipher, window)
        else:
            raise UnknownStream(f"The TikTok Shop connector can't read {stream.endpoint!r}.")

    def _cipher(self, account: Account) -> str:
        if account.id not in self._ciphers:
            self.accounts()
        try:
            return self._ciphers[account.id]
        except KeyError:
            raise AccountUnknown(
                f"The seller's consent does not cover shop {account.id}.",
                do="Authorise this shop again, or list it in RIVAGE_IGNORED_ACCOUNTS.",
                account=account.id,
            ) from None
