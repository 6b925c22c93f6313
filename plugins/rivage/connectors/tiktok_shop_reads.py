"""Signed calls of the Shop Open API, and the page walk that all its lists share.

Filters go into the body and paging into the query; what is put in the other place is
ignored by the API without a word.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from rivage.connectors.answers import Answer
from rivage.connectors.base import Page
from rivage.connectors.http import HttpSession
from rivage.connectors.tiktok_shop_auth import ShopAccess
from rivage.connectors.tiktok_shop_errors import classify
from rivage.connectors.tiktok_shop_signing import signature
from rivage.connectors.walks import Totals, walk_steadily
from rivage.errors import SchemaBroke, TokenExpired
from rivage.settings import Settings

log = logging.getLogger("rivage.connectors")
LARGEST_PAGE = 100

# Versions live in the path and move per resource, with renamed fields: one place for all.
VERSIONS = {
    "authorization/shops": "202309",
    "order/orders/search": "202309",
    "product/products/search": "202502",
    "return_refund/returns/search": "202602",
    "return_refund/cancellations/search": "202602",
    "affiliate_seller/orders/search": "202410",
    "analytics/shop/performance": "202609",
    "analytics/shop_lives/performance": "202609",
    "analytics/shop_videos/performance": "202605",
    "analytics/shop_products/performance": "202605",
}


@dataclass(frozen=True)
class Listing:
    """One list to read.

    Args:
        endpoint: key of VERSIONS.
        name: key of the list within `data`.
        cipher: the shop's.
        query: parameters besides paging.
        body: filters; None makes it a GET.
        check: looks at each record before it is yielded.
    """

    endpoint: str
    name: str
    cipher: str
    query: Mapping[str, str]
    body: Mapping[str, Any] | None = None
    check: Callable[[dict[str, Any]], None] | None = None


class ShopReads:
    """Sends signed requests with a valid token, renewed once when the API calls it expired."""

    def __init__(
        self,
        settings: Settings,
        session: HttpSession,
        access: ShopAccess,
        now: Callable[[], datetime],
    ) -> None:
        self._base = settings.tiktok_shop.base_url.rstrip("/")
        self._page_size = max(1, min(settings.tiktok_shop.page_size, LARGEST_PAGE))
        self._session = session
        self._access = access
        self._now = now

    def call(
        self,
        endpoint: str,
        query: Mapping[str, str],
        *,
        cipher: str = "",
        body: Mapping[str, Any] | None = None,
    ) -> Answer:
        """One call; a POST when there is a body, even an empty one."""
        sent = b"" if body is None else json.dumps(body, separators=(",", ":")).encode()
        method = "GET" if body is None else "POST"
        token = self._access.value()
        try:
            return self._send(method, endpoint, query, cipher, sent, token)
        except TokenExpired:
            log.warning("token_refused api=tiktok_shop action=renew")
            renewed = self._access.value(refused=token)
        return self._send(method, endpoint, query, cipher, sent, renewed)

    def walk(self, listing: Listing) -> Iterator[Page]:
        """Every page of a list, at least one, started over once if the total changes.

        Raises:
            SchemaBroke: the answer has no list or no total, or its page tokens go in circles.
            ResponseTruncated: fewer records than announced.
        """

        def once(totals: Totals) -> Iterator[Page]:
            token, number, seen = "", 1, {""}
            while True:
                paging = {"page_size": str(self._page_size)}
                if token:
                    paging["page_token"] = token
                answer = self.call(
                    listing.endpoint,
                    {**listing.query, **paging},
                    cipher=listing.cipher,
                    body=listing.body,
                )
                data = data_of(answer, listing.endpoint)
                total = data.get("total_count")
                records = records_of(data, listing.name, listing.endpoint, total)
                if not isinstance(total, int):
                    raise SchemaBroke(f"{listing.endpoint} answered without `total_count`.")
                for record in records if listing.check else ():
                    listing.check(record)  # type: ignore[misc]
                totals.add(total, len(records))
                yield Page(
                    records, answer.request_id, VERSIONS[listing.endpoint], answer.bytes, number,
                    served_to=served_to(data),
                )  # fmt: skip
                token, number = str(data.get("next_page_token") or ""), number + 1
                if not token:
                    return
                if token in seen:
                    raise SchemaBroke(f"{listing.endpoint} sends the same page token again.")
                seen.add(token)

        return walk_steadily(once)

    def _send(
        self,
        method: str,
        endpoint: str,
        query: Mapping[str, str],
        cipher: str,
        body: bytes,
        token: str,
    ) -> Answer:
        area, _, rest = endpoint.partition("/")
        path = f"/{area}/{VERSIONS[endpoint]}/{rest}"
        params = {
            **query,
            "app_key": self._access.app_key,
            # Repeats of this request keep it: they end well within the five minutes it is good.
            "timestamp": str(int(self._now().timestamp())),
        }
        if cipher:
            params["shop_cipher"] = cipher
        params["sign"] = signature(self._access.app_secret, path, params, body)
        return self._session.send(
            method,
            f"{self._base}{path}",
            params=params,
            data=body or None,
            headers={"x-tts-access-token": token, "content-type": "application/json"},
            classify=classify,
        )


def data_of(answer: Answer, endpoint: str) -> dict[str, Any]:
    """`data` of an answer.

    Raises:
        SchemaBroke: it is no object.
    """
    data = answer.json.get("data")
    if not isinstance(data, dict):
        raise SchemaBroke(f"{endpoint} answered without an object in `data`.")
    return data


def records_of(
    data: Mapping[str, Any], name: str, endpoint: str, total: object = None
) -> list[dict[str, Any]]:
    """A list within `data`; one that is left out counts as empty when the total is 0."""
    records = data.get(name)
    if records is None and total == 0:
        return []
    if not isinstance(records, list) or not all(isinstance(each, dict) for each in records):
        raise SchemaBroke(f"{endpoint} answered without a list of records in `{name}`.")
    return records


def served_to(data: Mapping[str, Any]) -> date | None:
    """The last day that analytics have computed; None where the API says none."""
    text = data.get("latest_available_date")
    if text is None:
        return None
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        raise SchemaBroke(f"`latest_available_date` is {text!r}, which is not a date.") from None
