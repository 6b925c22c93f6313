"""TikTok Marketing API: ad accounts, their entities and their daily reports.

Source: business-api.tiktok.com, API for Business v1.3.
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from rivage.connectors import tiktok_entities, tiktok_pixels
from rivage.connectors.answers import Answer
from rivage.connectors.base import Account, CheckStep, Page
from rivage.connectors.checks import clock_agrees, run_steps, speaks_version
from rivage.connectors.http import HttpSession, Retries
from rivage.connectors.limiter import Limiter
from rivage.connectors.redaction import remember
from rivage.connectors.tiktok_gmv_max import GmvMax
from rivage.connectors.tiktok_lists import API_VERSION, IDS_PER_CALL, TikTokReads, records_of
from rivage.connectors.tiktok_report import computed_to, report_pages
from rivage.connectors.tiktok_tasks import ReportTasks
from rivage.errors import AccountUnknown, SettingMissing, UnknownStream
from rivage.settings import Settings
from rivage.streams.model import Daily, Stream
from rivage.windows import Window, refuse_future, today_in

log = logging.getLogger("rivage.connectors")
_ACCOUNT_FIELDS = ("advertiser_id", "name", "currency", "timezone", "display_timezone", "status")
# A minute's overrun suspends the app for five; calling meanwhile prolongs it.
RETRIES = Retries(attempts=6, restricted_seconds=300.0)


class TikTokAds:
    """Connector of the Marketing API.

    Args:
        session: one with the app's shared budget by default.
        now: aware UTC time.
        sleep: seconds between two looks at a report task.

    Raises:
        SettingMissing: RIVAGE_TIKTOK_ADS_ACCESS_TOKEN is not set.
    """

    name = "tiktok_ads"

    def __init__(
        self,
        settings: Settings,
        session: HttpSession | None = None,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        own = settings.tiktok_ads
        if own.access_token is None:
            raise SettingMissing(
                "RIVAGE_TIKTOK_ADS_ACCESS_TOKEN is not set.",
                do="Set it to the long-lived token of your developer app.",
            )
        token = own.access_token.get_secret_value()
        remember(token)
        if own.app_secret:
            remember(own.app_secret.get_secret_value())
        # The budget belongs to the app; without its id the token stands for it.
        app = own.app_id or hashlib.sha256(token.encode()).hexdigest()[:12]
        self._budget = Limiter(settings.limits, f"tiktok_ads-{app}", own.requests_per_second)
        self._session = session or HttpSession(settings, limiter=self._budget, retries=RETRIES)
        self._own = own
        self._now = now
        self._reads = TikTokReads(settings, self._session, token)
        self._gmv_max = GmvMax(settings, self._reads, app)
        self._tasks = ReportTasks(self._reads, sleep)

    def check(self) -> Iterator[CheckStep]:
        """Reach, token and accounts, reporting scope, clock; stops at the first failure."""
        seen: dict[str, Any] = {}

        def reach() -> str:
            seen["answer"] = self._session.reach(self._own.base_url)
            return f"{self._own.base_url} answers."

        def token() -> str:
            # An account that is missing is the next step's finding, not this one's.
            try:
                seen["accounts"] = self.accounts()
            except AccountUnknown as error:
                seen["error"] = error
            return "The API accepts the token."

        def accounts() -> str:
            if "error" in seen:
                raise seen["error"]
            found: list[Account] = seen["accounts"]
            shown = ", ".join(f"{a.id} ({a.timezone}, {a.currency})" for a in found[:5])
            return f"{len(found)} ad accounts: {shown}{', …' if len(found) > 5 else ''}"

        def reporting() -> str:
            account: Account = seen["accounts"][0]
            self._probe_report(account, today_in(account.timezone, self._now()))
            return "The token covers reports."

        yield from run_steps(
            [
                ("base url reachable", reach),
                ("api version", lambda: speaks_version(self._own.base_url, API_VERSION)),
                ("token valid", token),
                ("accounts visible", accounts),
                ("reporting scope", reporting),
                ("request budget", self._budget.state),
                ("clock", lambda: clock_agrees(seen["answer"], self._now())),
            ]
        )

    def accounts(self) -> list[Account]:
        """Granted ad accounts, cut down to RIVAGE_TIKTOK_ADS_ADVERTISER_IDS if set.

        Raises:
            SettingMissing: neither app id and secret nor advertiser ids are set.
            AccountUnknown: nothing is granted, or a configured id is not visible.
        """
        wanted = list(dict.fromkeys(self._own.advertiser_ids))
        if self._own.app_id and self._own.app_secret:
            granted = self._granted(self._own.app_id, self._own.app_secret.get_secret_value())
            _refuse_missing(wanted, granted)
            infos = self._infos(wanted or granted, skip_unknown=not wanted)
        elif wanted:
            infos = self._infos(wanted, skip_unknown=False)
        else:
            raise SettingMissing(
                "The token alone can't discover ad accounts.",
                do="Set RIVAGE_TIKTOK_ADS_ADVERTISER_IDS, or RIVAGE_TIKTOK_ADS_APP_ID "
                "and RIVAGE_TIKTOK_ADS_APP_SECRET.",
            )
        if not infos:
            raise AccountUnknown(
                "None of the granted ad accounts can be read.",
                do="Share an existing ad account with the token's user.",
            )
        return [_account(info) for info in infos]

    def pages(self, stream: Stream, account: Account, window: Window) -> Iterator[Page]:
        """Pages of one stream; entity streams give the account's present state.

        Raises:
            UnknownStream: the stream's endpoint is not one this connector reads.
            WindowInFuture: a daily stream past the account's own today.
        """
        if stream.endpoint == "advertiser/info/":
            yield self._own_record(account)
        elif stream.endpoint in tiktok_entities.LISTS:
            yield from tiktok_entities.entity_pages(self._reads, stream, account.id)
        elif stream.endpoint == tiktok_pixels.PIXELS:
            yield from tiktok_pixels.pixel_pages(self._reads, account.id)
        elif stream.endpoint == tiktok_pixels.STATS:
            refuse_future(window, account.timezone, self._now())
            yield from tiktok_pixels.pixel_stat_pages(self._reads, account.id, window, self._now())
        elif stream.endpoint.startswith("gmv_max/"):
            refuse_future(window, account.timezone, self._now())
            yield from self._gmv_max.pages(stream, account.id, window)
        elif stream.endpoint == "report/integrated/get/" and isinstance(stream.window, Daily):
            refuse_future(window, account.timezone, self._now())
            known = computed_to(stream, account.timezone, self._now())
            for piece in window.split(stream.window.days_per_request):
                for page in report_pages(self._reads, self._tasks, stream, account.id, piece):
                    yield replace(page, served_to=known) if known < window.end else page
        else:
            raise UnknownStream(
                f"The TikTok Ads connector can't read {stream.endpoint!r} of {stream.name}."
            )

    def _granted(self, app_id: str, secret: str) -> list[str]:
        answer = self._reads.get("oauth2/advertiser/get/", {"app_id": app_id, "secret": secret})
        records = records_of(answer, "oauth2/advertiser/get/")
        if not records:
            raise AccountUnknown(
                "The token was granted no ad account.",
                do="Authorise the app again and tick at least one ad account.",
            )
        return [str(record.get("advertiser_id")) for record in records]

    def _infos(self, ids: list[str], *, skip_unknown: bool) -> list[dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        for start in range(0, len(ids), IDS_PER_CALL):
            chunk = ids[start : start + IDS_PER_CALL]
            for record in self._info_chunk(chunk, skip_unknown=skip_unknown):
                found[str(record.get("advertiser_id"))] = record
        if not skip_unknown:
            _refuse_missing(ids, list(found))
        return [found[each] for each in ids if each in found]

    def _info_chunk(self, ids: list[str], *, skip_unknown: bool) -> list[dict[str, Any]]:
        try:
            return records_of(self._info(ids, _ACCOUNT_FIELDS), "advertiser/info/")
        except AccountUnknown as error:
            if len(ids) == 1:
                if skip_unknown:
                    # Deleted since it was granted: no reason to stop the other accounts.
                    log.warning("account_skipped account=%s reason=%s", ids[0], error.what)
                    return []
                raise error.at(account=ids[0]) from None
        # One unknown id fails the whole call; asking one by one tells which.
        return [r for each in ids for r in self._info_chunk([each], skip_unknown=skip_unknown)]

    def _info(self, ids: list[str], fields: tuple[str, ...] | None) -> Answer:
        return self._reads.get("advertiser/info/", {"advertiser_ids": ids, "fields": fields})

    def _own_record(self, account: Account) -> Page:
        answer = self._info([account.id], None)
        records = [
            record
            for record in records_of(answer, "advertiser/info/")
            if str(record.get("advertiser_id")) == account.id
        ]
        _refuse_missing([account.id], [account.id] if records else [])
        return Page(records, answer.request_id, API_VERSION, answer.bytes, 1, 1)

    def _probe_report(self, account: Account, today: date) -> None:
        day = str(today - timedelta(days=1))
        self._reads.get(
            "report/integrated/get/",
            {
                "advertiser_id": account.id,
                "report_type": "BASIC",
                "data_level": "AUCTION_ADVERTISER",
                "dimensions": ["advertiser_id"],
                "metrics": ["spend"],
                "start_date": day,
                "end_date": day,
                "page": 1,
                "page_size": 1,
            },
        )


def _account(info: dict[str, Any]) -> Account:
    # `timezone` is a fixed offset with reversed sign; only display_timezone has the
    # zone whose midnight separates the report days.
    zone = info.get("display_timezone") or info.get("timezone")
    if not zone:
        raise AccountUnknown(f"Ad account {info.get('advertiser_id')} has no time zone.")
    return Account(
        str(info["advertiser_id"]), str(info.get("name") or ""), zone, info.get("currency") or ""
    )


def _refuse_missing(wanted: list[str], visible: list[str]) -> None:
    missing = [each for each in wanted if each not in set(visible)]
    if missing:
        raise AccountUnknown(
            f"The token can't see ad account {', '.join(missing)}.",
            do="Correct RIVAGE_TIKTOK_ADS_ADVERTISER_IDS, or share the account with the "
            "token's user.",
            account=missing[0],
        )
