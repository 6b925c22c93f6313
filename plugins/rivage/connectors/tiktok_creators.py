"""TikTok One: the brand's creators, their campaigns and what their posts did.

Source: business-api.tiktok.com, /tto/, v1.3, brand side. It uses the Marketing API's app
and token, which must cover the TikTok One scope.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from rivage.connectors.answers import Answer
from rivage.connectors.base import Account, CheckStep, Page
from rivage.connectors.checks import clock_agrees, run_steps
from rivage.connectors.http import HttpSession
from rivage.connectors.limiter import Limiter
from rivage.connectors.redaction import remember
from rivage.connectors.tiktok_ads import RETRIES
from rivage.connectors.tiktok_lists import API_VERSION, TikTokReads
from rivage.connectors.walks import Totals, walk_steadily
from rivage.errors import AccountUnknown, BadRequest, SchemaBroke, SettingMissing, UnknownStream
from rivage.settings import Settings
from rivage.streams.model import Stream
from rivage.windows import Window

log = logging.getLogger("rivage.connectors")
PAGE_SIZE = 20
"""The API's own maximum is not documented; 20 is the most that any of its lists names."""
_ABOUT_CAMPAIGN = ("campaign_id", "country_code", "campaign_type", "campaign_channel_type")


class TikTokCreators:
    """Connector of TikTok One.

    Args:
        session: one with the app's shared budget by default.
        now: aware UTC time.

    Raises:
        SettingMissing: RIVAGE_TIKTOK_ADS_ACCESS_TOKEN is not set.
    """

    name = "tiktok_creators"

    def __init__(
        self,
        settings: Settings,
        session: HttpSession | None = None,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        ads = settings.tiktok_ads
        if ads.access_token is None:
            raise SettingMissing(
                "RIVAGE_TIKTOK_ADS_ACCESS_TOKEN is not set, and TikTok One is read with it.",
                do="Set it to the token of your developer app, with the TikTok One scope.",
            )
        token = ads.access_token.get_secret_value()
        remember(token)
        if ads.app_secret:
            remember(ads.app_secret.get_secret_value())
        app = ads.app_id or hashlib.sha256(token.encode()).hexdigest()[:12]
        self._session = session or HttpSession(
            settings,
            limiter=Limiter(settings.limits, f"tiktok_ads-{app}", ads.requests_per_second),
            retries=RETRIES,
        )
        self._ads = ads
        self._wanted = settings.tiktok_creators.account_ids
        self._now = now
        self._reads = TikTokReads(settings, self._session, token)

    def check(self) -> Iterator[CheckStep]:
        """Reach, accounts, clock; stops at the first failure."""
        seen: dict[str, Any] = {}

        def reach() -> str:
            seen["answer"] = self._session.reach(self._ads.base_url)
            return f"{self._ads.base_url} answers."

        def accounts() -> str:
            seen["accounts"] = self.accounts()
            return ", ".join(f"{one.id} ({one.name})" for one in seen["accounts"])

        yield from run_steps(
            [
                ("base url reachable", reach),
                ("accounts visible", accounts),
                ("clock", lambda: clock_agrees(seen["answer"], self._now())),
            ]
        )

    def accounts(self) -> list[Account]:
        """TikTok One accounts: those of RIVAGE_TIKTOK_CREATORS_ACCOUNT_IDS, or all granted.

        Raises:
            SettingMissing: neither account ids nor the app's id and secret are set.
            AccountUnknown: the token reaches no account.
        """
        ids = list(dict.fromkeys(self._wanted)) or self._granted()
        return [self._account(each) for each in ids]

    def pages(self, stream: Stream, account: Account, window: Window) -> Iterator[Page]:
        """Pages of one stream: the present state, reports up to the window's last day.

        Raises:
            UnknownStream: the stream's endpoint is not one this connector reads.
        """
        if stream.endpoint == "tto/tcm/campaign/":
            yield from self._campaigns(account)
        elif stream.endpoint == "tto/tcm/creator/public/":
            yield from self._creators(account)
        elif stream.endpoint == "tto/tcm/report/":
            yield from self._reports(stream, account, window)
        else:
            raise UnknownStream(
                f"The TikTok One connector can't read {stream.endpoint!r} of {stream.name}."
            )

    def _granted(self) -> list[str]:
        if not (self._ads.app_id and self._ads.app_secret):
            raise SettingMissing(
                "The token alone can't discover TikTok One accounts.",
                do="Set RIVAGE_TIKTOK_CREATORS_ACCOUNT_IDS, or RIVAGE_TIKTOK_ADS_APP_ID and "
                "RIVAGE_TIKTOK_ADS_APP_SECRET.",
            )
        endpoint = "tto/oauth2/tcm/"
        params = {"app_id": self._ads.app_id, "secret": self._ads.app_secret.get_secret_value()}
        ids = _data(self._reads.get(endpoint, params), endpoint).get("tto_tcm_account_ids")
        if not ids or not isinstance(ids, list):
            raise AccountUnknown(
                "The token reaches no TikTok One account.",
                do="Authorise the app again with a user of the brand's TikTok One account.",
            )
        return [str(each) for each in ids]

    def _account(self, identity: str) -> Account:
        endpoint = "tto/oauth2/info/"
        info = _data(self._reads.get(endpoint, {"tto_tcm_account_id": identity}), endpoint)
        zone = str(info.get("timezone") or "")
        return Account(identity, str(info.get("account_name") or ""), _zone(zone), "")

    def _campaigns(self, account: Account) -> Iterator[Page]:
        params = {"tto_tcm_account_id": account.id}
        return self._walk("tto/tcm/campaign/", params, "campaigns")

    def _creators(self, account: Account) -> Iterator[Page]:
        """One page per creator whom any campaign names."""
        campaigns = [one for page in self._campaigns(account) for one in page.records]
        handles = dict.fromkeys(
            str(handle) for one in campaigns for handle in one.get("handle_names") or () if handle
        )
        endpoint, number = "tto/tcm/creator/public/", 0
        for handle in handles:
            params = {"tto_tcm_account_id": account.id, "handle_name": handle}
            try:
                answer = self._reads.get(endpoint, params)
            except BadRequest as error:
                if not _left(error):
                    raise
                # Renamed or gone from the marketplace: no reason to stop the others.
                log.warning("creator_skipped reason=not_on_tiktok_one")
                continue
            number += 1
            record = _data(answer, endpoint)
            yield Page([record], answer.request_id, API_VERSION, answer.bytes, number)
        if not number:
            yield Page([], "", API_VERSION, 0, 1, 1)

    def _reports(self, stream: Stream, account: Account, window: Window) -> Iterator[Page]:
        """The report of each campaign; its id is in the answer, not in the rows."""
        first = window.end - timedelta(days=int(stream.options["report_days"]) - 1)
        campaigns = [one for page in self._campaigns(account) for one in page.records]
        number = 0
        for campaign in campaigns:
            params = {
                "tto_tcm_account_id": account.id,
                "campaign_id": str(campaign.get("campaign_id")),
                "start_date": str(first),
                "end_date": str(window.end),
            }
            for page in self._walk(stream.endpoint, params, "videos", about=_ABOUT_CAMPAIGN):
                number += 1
                yield Page(page.records, page.request_id, page.api_version, page.bytes, number)
        if not number:
            yield Page([], "", API_VERSION, 0, 1, 1)

    def _walk(
        self, endpoint: str, params: Mapping[str, Any], key: str, about: tuple[str, ...] = ()
    ) -> Iterator[Page]:
        """Every page of a numbered list; fields `about` the whole answer join each record."""

        def once(totals: Totals) -> Iterator[Page]:
            number, of = 1, 1
            while number <= of:
                answer = self._reads.get(
                    endpoint, {**params, "page": number, "page_size": PAGE_SIZE}
                )
                data = _data(answer, endpoint)
                records, total, of = _list(data, key, endpoint)
                totals.add(total, len(records))
                shared = {name: data[name] for name in about if name in data}
                yield Page(
                    [{**shared, **record} for record in records],
                    answer.request_id, API_VERSION, answer.bytes, number, max(of, 1),
                )  # fmt: skip
                number += 1

        return walk_steadily(once)


def _data(answer: Answer, endpoint: str) -> dict[str, Any]:
    data = answer.json.get("data")
    if not isinstance(data, dict):
        raise SchemaBroke(f"/{endpoint} answered without `data`.")
    return data


def _list(data: dict[str, Any], key: str, endpoint: str) -> tuple[list[dict[str, Any]], int, int]:
    """Records, announced total and number of pages; numbers may come as text."""
    records, info = data.get(key), data.get("page_info")
    if not isinstance(records, list) or not all(isinstance(each, dict) for each in records):
        raise SchemaBroke(f"/{endpoint} answered without a list of records in `data.{key}`.")
    try:
        return records, int(info["total_number"]), int(info["total_page"])  # type: ignore[index]
    except (TypeError, KeyError, ValueError):
        raise SchemaBroke(f"/{endpoint} answered without totals in `page_info`.") from None


def _left(error: BadRequest) -> bool:
    return "code 40121:" in error.what or "code 40122:" in error.what


def _zone(name: str) -> str:
    """The name if it is a time zone, UTC otherwise."""
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return "UTC"
