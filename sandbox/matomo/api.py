"""Methods of the reporting API, without HTTP (contract: web.md 3.1, 3.4)."""

from __future__ import annotations

import time
from collections import deque
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.matomo.node import Nodes
from sandbox.matomo.values import SITE_ZONE
from sandbox.matomo.visits import listing
from sandbox.scopes import VISITS_LOG
from sandbox.state import Sandbox
from sandbox.world import brand
from sandbox.world.zones import midnight

VERSION = "5.2.0"
_DEFAULT_ROWS = {"Live.getLastVisitsDetails": 10}
# These stay numbers whatever the database driver does with the rest.
_ALWAYS_NUMBERS = {"firstActionTimestamp", "lastActionTimestamp", "serverTimestamp", "timestamp"}
Form = dict[str, str]


class ApiError(Exception):
    """Leaves as `{"result": "error", …}`, with HTTP 200 unless it is about access."""

    def __init__(self, message: str, status: int = 200) -> None:
        super().__init__(message)
        self.message, self.status = message, status


class TooMuch(Exception):
    """The PHP process ran out of memory or time: an HTML page with a 5xx."""


class TooManyCalls(Exception):
    """HTTP 429 of the cloud."""


class Api:
    """One installation with one site."""

    def __init__(self, box: Sandbox) -> None:
        self.box = box
        self._calls: deque[float] = deque()

    def answer(self, form: Form, in_url: bool) -> Any:
        """The value of one call; `in_url` says that the token stood in the address."""
        self._count_call()
        if form.get("module") != "API":
            raise ApiError("The plugin is not enabled. You can activate it on Settings > Plugins.")
        if form.get("format", "").lower() != "json":
            raise ApiError("Renderer format not valid. Try one of the following: json, xml, tsv.")
        token, wanted = form.get("token_auth", ""), self.box.credentials.matomo_token
        known = token == wanted and not (in_url and self.box.settings.matomo_secure_only)
        method = form.get("method", "")
        if method == "API.getMatomoVersion":
            self._need(known, self.box.credentials.matomo_site_id)
            return {"value": VERSION}
        if method == "SitesManager.getSitesWithAtLeastViewAccess":
            return [self.typed(self._site())] if known else []
        if method == "SitesManager.getSiteFromId":
            self._need(known and self._is_site(form), form.get("idSite", ""))
            return self.typed(self._site())
        if method == "Live.getLastVisitsDetails":
            self._need(known and self._is_site(form), form.get("idSite", ""))
            return self._visits(form)
        raise ApiError(f"The method '{method}' does not exist or is not available in the module.")

    def _count_call(self) -> None:
        most = self.box.settings.matomo_calls_per_minute
        now = time.monotonic()
        while self._calls and now - self._calls[0] >= 60.0:
            self._calls.popleft()
        if most and len(self._calls) >= most:
            raise TooManyCalls
        self._calls.append(now)

    def _is_site(self, form: Form) -> bool:
        return form.get("idSite", "") == self.box.credentials.matomo_site_id

    def _need(self, allowed: bool, site: str) -> None:
        if not allowed:
            raise ApiError(
                "You can't access this resource as it requires 'view' access for the website "
                f"id = {site}.", 401,
            )  # fmt: skip

    def _site(self) -> dict[str, Any]:
        return {
            "idsite": int(self.box.credentials.matomo_site_id), "name": brand.SHOP_NAME,
            "main_url": f"https://{brand.HOST}", "ts_created": "2024-01-15 09:00:00",
            "ecommerce": 1, "sitesearch": 1, "timezone": SITE_ZONE, "currency": "EUR",
            "exclude_unknown_urls": 0, "type": "website", "currency_name": "Euro",
        }  # fmt: skip

    def _visits(self, form: Form) -> list[dict[str, Any]]:
        if VISITS_LOG in self.box.settings.without_scopes:
            raise ApiError("Visits log is deactivated in website settings.")
        begin, end = self._window(form)
        begin = max(begin, int(form.get("minTimestamp") or 0))
        listed = listing(self.box.world, begin, max(begin, end), self.box.clock.epoch,
                         self.box.settings.matomo_new_visit_after_midnight)  # fmt: skip
        order = range(len(listed))
        if form.get("filter_sort_order", "desc").lower() == "asc":
            order = range(len(listed) - 1, -1, -1)
        rows = int(form.get("filter_limit") or _DEFAULT_ROWS["Live.getLastVisitsDetails"])
        offset = int(form.get("filter_offset") or 0)
        wanted = order[offset:] if rows < 0 else order[offset : offset + rows]
        if len(wanted) > self.box.settings.matomo_most_rows:
            raise TooMuch
        nodes = Nodes(self.box, listed)
        actions = form.get("doNotFetchActions", "0") != "1"
        return [self.typed(nodes.node(at, actions)) for at in wanted]

    def _window(self, form: Form) -> tuple[int, int]:
        now = self.box.clock.epoch
        period, text = form.get("period", ""), form.get("date", "")
        if not period and not text:
            return now - 86_400, now + 1
        today = datetime.fromtimestamp(now, tz=ZoneInfo(SITE_ZONE)).date()
        first, _, last = text.partition(",")
        begin = _date(first, today)
        spans = {"day": begin, "week": begin + timedelta(days=6 - begin.weekday()),
                 "month": (begin.replace(day=28) + timedelta(days=4)).replace(day=1)
                          - timedelta(days=1),
                 "year": begin.replace(month=12, day=31),
                 "range": _date(last or first, today)}  # fmt: skip
        if period not in spans:
            raise ApiError(f"The period '{period}' is not supported. Try any of the following "
                           "instead: day, week, month, year, range")  # fmt: skip
        if period == "week":
            begin -= timedelta(days=begin.weekday())
        if period in ("month", "year"):
            begin = begin.replace(day=1, month=1 if period == "year" else begin.month)
        return midnight(begin, SITE_ZONE), midnight(spans[period] + timedelta(days=1), SITE_ZONE)

    def typed(self, value: Any, name: str = "") -> Any:
        """Numbers as numbers, or as texts where the installation is an older one."""
        if isinstance(value, dict):
            return {key: self.typed(one, key) for key, one in value.items()}
        if isinstance(value, list):
            return [self.typed(one, name) for one in value]
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if number and self.box.settings.matomo_typing == "string" and name not in _ALWAYS_NUMBERS:
            return str(value)
        return value


def _date(text: str, today: date) -> date:
    if text in ("today", "yesterday"):
        return today - timedelta(days=text == "yesterday")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ApiError(
            "Date format must be: YYYY-MM-DD, or 'today' or 'yesterday' or any keyword supported "
            "by the strtotime function."
        ) from None
