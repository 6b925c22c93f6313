"""TikTok Accounts API: what the brand's own account posts, gains and is told.

Source: business-api.tiktok.com, Organic API, v1.3. One consent opens one account.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from rivage.connectors.base import Account, CheckStep, Page
from rivage.connectors.checks import clock_agrees, run_steps
from rivage.connectors.http import HttpSession
from rivage.connectors.limiter import Limiter
from rivage.connectors.tiktok_account_codes import classify_account
from rivage.connectors.tiktok_account_reads import AccountReads, data_of
from rivage.connectors.tiktok_account_token import AccountToken
from rivage.connectors.tiktok_ads import RETRIES
from rivage.connectors.tiktok_comments import comment_pages
from rivage.connectors.tiktok_lists import API_VERSION
from rivage.errors import SchemaBroke, UnknownStream
from rivage.settings import Settings
from rivage.streams.model import Stream
from rivage.windows import Window, refuse_future

# What the streams need; an account without one of them lacks fields or whole streams.
SCOPES = (
    "user.info.basic",
    "user.info.stats",
    "user.insights",
    "video.list",
    "video.insights",
    "comment.list",
    "biz.brand.insights",
)
VIDEO_PAGE = 20
MENTION_PAGE = 100


class TikTokOrganic:
    """Connector of one TikTok account.

    Args:
        session: one with the app's shared budget by default.
        now: aware UTC time.

    Raises:
        SettingMissing: client id, client secret or refresh token is not set.
    """

    name = "tiktok_organic"

    def __init__(
        self,
        settings: Settings,
        session: HttpSession | None = None,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        own = settings.tiktok_organic
        # The same app as the Marketing API's shares one budget with it.
        budget = f"tiktok_ads-{own.client_id}"
        self._session = session or HttpSession(
            settings,
            limiter=Limiter(settings.limits, budget, own.requests_per_second),
            retries=RETRIES,
        )
        self._own = own
        self._now = now
        self._token = AccountToken(settings, self._session, now)
        self._reads = AccountReads(settings, self._session, self._token)

    def check(self) -> Iterator[CheckStep]:
        """Reach, token, account, scopes, clock; stops at the first failure."""
        seen: dict[str, Any] = {}

        def reach() -> str:
            seen["answer"] = self._session.reach(self._own.base_url)
            return f"{self._own.base_url} answers."

        def token() -> str:
            self._token.value()
            return "The account's tokens can be renewed."

        def account() -> str:
            (found,) = self.accounts()
            return f"{found.id} ({found.name})"

        yield from run_steps(
            [
                ("base url reachable", reach),
                ("token valid", token),
                ("account visible", account),
                ("scopes", self._scopes),
                ("clock", lambda: clock_agrees(seen["answer"], self._now())),
            ]
        )

    def accounts(self) -> list[Account]:
        """The account that gave its consent; its days are UTC days."""
        params = {"business_id": self._token.open_id, "fields": ["username", "display_name"]}
        data = data_of(self._reads.get("business/get/", params), "business/get/")
        name = str(data.get("username") or data.get("display_name") or "")
        return [Account(self._token.open_id, name, "UTC", "")]

    def pages(self, stream: Stream, account: Account, window: Window) -> Iterator[Page]:
        """Pages of one stream; lists and counters give the present state.

        Raises:
            UnknownStream: the stream's endpoint is not one this connector reads.
            WindowInFuture: a daily stream past today, UTC.
        """
        params = {"business_id": account.id, "fields": stream.options.get("fields")}
        if stream.endpoint == "business/get/" and stream.options.get("daily"):
            refuse_future(window, account.timezone, self._now())
            yield self._days(params, window)
        elif stream.endpoint == "business/get/":
            yield self._profile(params)
        elif stream.endpoint == "business/video/list/":
            yield from self._reads.walk(stream.endpoint, params, "videos", VIDEO_PAGE)
        elif stream.endpoint == "business/comment/list/":
            refuse_future(window, account.timezone, self._now())
            yield from comment_pages(self._reads, stream, account.id, window)
        elif stream.endpoint == "business/mention/video/list/":
            yield from self._mentions(stream, params)
        elif stream.endpoint == "business/mention/hashtag/video/list/":
            if self._own.hashtags:
                hashtags = [tag.lstrip("#") for tag in self._own.hashtags]
                yield from self._mentions(stream, {**params, "hashtags": hashtags})
            else:
                yield Page([], "", API_VERSION, 0, 1, 1, ("no hashtags are configured",))
        else:
            raise UnknownStream(
                f"The TikTok organic connector can't read {stream.endpoint!r} of {stream.name}."
            )

    def _days(self, params: dict[str, Any], window: Window) -> Page:
        """One object per day. The newest days come 24-48 h late and are simply missing.

        A missing day at the end is unknown, so `served_to` is the last day present. One in
        the middle stays empty after a note: later days are worth more than waiting for it,
        and the look-back asks for it again.
        """
        endpoint = "business/get/"
        answer = self._reads.get(
            endpoint, {**params, "start_date": str(window.start), "end_date": str(window.end)}
        )
        # Without any computed day the list may be missing as a whole.
        records = data_of(answer, endpoint).get("metrics") or []
        if not isinstance(records, list) or not all(isinstance(each, dict) for each in records):
            raise SchemaBroke(f"/{endpoint} answered without a list of days in `data.metrics`.")
        days = sorted(_day(record) for record in records)
        served_to = days[-1] if days else window.start - timedelta(days=1)
        holes = [
            day
            for day in window.each_day()
            if days and days[0] < day < served_to and day not in set(days)
        ]
        notes = tuple(f"{day} is missing between days that are there" for day in holes)
        return Page(records, answer.request_id, API_VERSION, answer.bytes, 1, 1, notes, served_to)

    def _profile(self, params: dict[str, Any]) -> Page:
        answer = self._reads.get("business/get/", params)
        # The answer names no account; a record without its key can't be told from another.
        record = {"business_id": params["business_id"], **data_of(answer, "business/get/")}
        return Page([record], answer.request_id, API_VERSION, answer.bytes, 1, 1)

    def _mentions(self, stream: Stream, params: dict[str, Any]) -> Iterator[Page]:
        asked = {**params, **stream.options["order"]}
        yield from self._reads.walk(stream.endpoint, asked, "videos", MENTION_PAGE)

    def _scopes(self) -> str:
        answer = self._session.send(
            "POST",
            f"{self._own.base_url.rstrip('/')}/tt_user/token_info/get/",
            json={"app_id": self._own.client_id, "access_token": self._token.value()},
            classify=classify_account,
        )
        granted = str(data_of(answer, "tt_user/token_info/get/").get("scope", "")).split(",")
        missing = [scope for scope in SCOPES if scope not in {each.strip() for each in granted}]
        if missing:
            return f"The account did not grant {', '.join(missing)}; their streams lack fields."
        return f"All {len(SCOPES)} scopes that the streams need are granted."


def _day(record: dict[str, Any]) -> date:
    try:
        return date.fromisoformat(str(record.get("date")))
    except ValueError:
        raise SchemaBroke("A day of /business/get/ has no readable `date`.") from None
