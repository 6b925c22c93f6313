"""Reads of the Marketing API: one call, and the page walk that all lists share.

Arrays and objects travel as one JSON string each; every path ends with a slash.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from rivage.connectors.answers import Answer
from rivage.connectors.base import Page
from rivage.connectors.http import HttpSession
from rivage.connectors.tiktok_codes import classify
from rivage.connectors.walks import Totals, walk_steadily
from rivage.errors import SchemaBroke
from rivage.settings import Settings

API_VERSION = "v1.3"
IDS_PER_CALL = 100
LARGEST_PAGE = 1000
THROTTLE_HEADER = "X-Tt-Ads-Throttle"


class AdsTruncated(Exception):
    """A report considered only the newest ads of the account; the rest is missing."""


class TikTokReads:
    """GET calls with the access token.

    Args:
        token: sent raw in the Access-Token header, without "Bearer".
    """

    def __init__(self, settings: Settings, session: HttpSession, token: str) -> None:
        self.base_url = settings.tiktok_ads.base_url.rstrip("/")
        self._page_size = max(1, min(settings.tiktok_ads.page_size, LARGEST_PAGE))
        self._session = session
        self._headers = {"Access-Token": token}

    def get(self, endpoint: str, params: Mapping[str, Any]) -> Answer:
        """One call; strings go as they are, anything else as JSON."""
        texts = {
            name: value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))
            for name, value in params.items()
            if value is not None
        }
        return self._session.send(
            "GET",
            f"{self.base_url}/{endpoint.strip('/')}/",
            params=texts,
            headers=self._headers,
            classify=classify,
        )

    def post(self, endpoint: str, body: Mapping[str, Any]) -> Answer:
        """One call with a JSON body."""
        return self._session.send(
            "POST",
            f"{self.base_url}/{endpoint.strip('/')}/",
            json=body,
            headers=self._headers,
            classify=classify,
        )

    def get_file(self, endpoint: str, params: Mapping[str, str]) -> Answer:
        """A call whose good answer is a file in `body`; an envelope still names its error."""
        return self._session.send(
            "GET",
            f"{self.base_url}/{endpoint.strip('/')}/",
            params=params,
            headers=self._headers,
            classify=lambda answer: None if answer.fault else classify(answer),
            plain=True,
        )

    def walk(
        self,
        endpoint: str,
        params: Mapping[str, Any],
        *,
        largest_page: int = LARGEST_PAGE,
        key: str = "list",
    ) -> Iterator[Page]:
        """Every page of a list, at least one, started over once if the total changes.

        Args:
            largest_page: the endpoint's own cap on `page_size`.
            key: where in `data` the records are.

        Raises:
            AdsTruncated: a report answer says that it left ads out.
            SchemaBroke: the envelope has no list or no page_info.
            ResponseTruncated: fewer records than announced.
        """

        page_size = min(self._page_size, largest_page)

        def once(totals: Totals) -> Iterator[Page]:
            number = 1
            while True:
                answer = self.get(endpoint, {**params, "page": number, "page_size": page_size})
                if answer.headers.get(THROTTLE_HEADER):
                    raise AdsTruncated
                records, total, of = read_list(answer, endpoint, key)
                totals.add(total, len(records))
                # An empty list announces 0 pages, and this one is here all the same.
                of = max(of, 1)
                yield Page(records, answer.request_id, API_VERSION, answer.bytes, number, of)
                if number >= of:
                    return
                number += 1

        return walk_steadily(once)


def records_of(answer: Answer, endpoint: str, key: str = "list") -> list[dict[str, Any]]:
    """`data.list`, or what the endpoint calls it, checked for its shape.

    Raises:
        SchemaBroke: it is not a list of objects.
    """
    data = answer.json.get("data")
    records = data.get(key) if isinstance(data, dict) else None
    if not isinstance(records, list) or not all(isinstance(each, dict) for each in records):
        raise SchemaBroke(
            f"/{endpoint.strip('/')}/ answered without a list of records in `data.{key}`."
        )
    return records


def read_list(
    answer: Answer, endpoint: str, key: str = "list"
) -> tuple[list[dict[str, Any]], int, int]:
    """Records, total number of records and number of pages of one list answer."""
    records = records_of(answer, endpoint, key)
    info = answer.json["data"].get("page_info")
    total = info.get("total_number") if isinstance(info, dict) else None
    of = info.get("total_page") if isinstance(info, dict) else None
    if not isinstance(total, int) or not isinstance(of, int):
        raise SchemaBroke(f"/{endpoint.strip('/')}/ answered without totals in `page_info`.")
    return records, total, of
