"""Reads of the Accounts API: one call, and the walk along a cursor.

Each path allows 40 calls a minute per account, besides the app's own budget. Pages may
come short or empty while `has_more` is true; only `has_more` false ends a list.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from rivage.connectors.answers import Answer
from rivage.connectors.base import Page
from rivage.connectors.http import HttpSession
from rivage.connectors.limiter import Limiter
from rivage.connectors.tiktok_account_codes import AccessEnded, classify_account
from rivage.connectors.tiktok_account_token import AccountToken
from rivage.connectors.tiktok_lists import API_VERSION
from rivage.errors import ResponseTruncated, SchemaBroke, TokenExpired
from rivage.settings import Settings

BURST = 10
"""Calls of one path that may leave at once; the rest of a minute's calls are spread."""


class AccountReads:
    """GET calls with the account's token, renewed once when TikTok says that it ended."""

    def __init__(self, settings: Settings, session: HttpSession, token: AccountToken) -> None:
        own = settings.tiktok_organic
        self._base = own.base_url.rstrip("/")
        self._per_minute = own.requests_per_minute
        self._folder = settings.limits
        self._session = session
        self._token = token
        self._limiters: dict[str, Limiter] = {}

    def get(self, endpoint: str, params: Mapping[str, Any]) -> Answer:
        """One call; strings go as they are, anything else as JSON.

        Raises:
            TokenExpired: a token that was just renewed is refused as well.
        """
        texts = {
            name: value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))
            for name, value in params.items()
            if value is not None
        }
        token = self._token.value()
        try:
            return self._send(endpoint, texts, token)
        except AccessEnded:
            token = self._token.renewed(refused=token)
        try:
            return self._send(endpoint, texts, token)
        except AccessEnded as error:
            raise TokenExpired(
                f"{error.what} It had just been renewed.",
                do=error.do,
            ) from None

    def walk(
        self,
        endpoint: str,
        params: Mapping[str, Any],
        key: str,
        size: int,
        stop: Callable[[list[dict[str, Any]], int], bool] = lambda *_: False,
    ) -> Iterator[Page]:
        """Every page of a list, at least one, until `has_more` is false or `stop` says so.

        Args:
            key: the list's name in `data`.
            size: records per page, at most.
            stop: told a page's records and the next cursor, says whether to read no further.

        Raises:
            SchemaBroke: the answer has no such list, no cursor or no has_more.
            ResponseTruncated: there is more, yet the cursor leads nowhere new.
        """
        number, cursor, seen = 1, None, set[int]()
        while True:
            answer = self.get(endpoint, {**params, "max_count": size, "cursor": cursor})
            records, following, more = _read(answer, endpoint, key)
            yield Page(records, answer.request_id, API_VERSION, answer.bytes, number)
            if not more or stop(records, following):
                return
            if following in seen:
                raise ResponseTruncated(
                    f"/{endpoint.strip('/')}/ says there is more, but its cursor {following} "
                    "leads nowhere new."
                )
            seen.add(following)
            cursor = following
            number += 1

    def _send(self, endpoint: str, texts: dict[str, str], token: str) -> Answer:
        path = endpoint.strip("/")
        self._path_budget(path).wait()
        return self._session.send(
            "GET",
            f"{self._base}/{path}/",
            params=texts,
            headers={"Access-Token": token},
            classify=classify_account,
        )

    def _path_budget(self, path: str) -> Limiter:
        if path not in self._limiters:
            # In any minute: the burst, and what the steady rate adds to it.
            burst = max(1, min(BURST, self._per_minute // 4))
            self._limiters[path] = Limiter(
                self._folder,
                f"tiktok_organic-{self._token.open_id}-{path}",
                max(self._per_minute - burst, 1) / 60,
                burst=burst,
            )
        return self._limiters[path]


def data_of(answer: Answer, endpoint: str) -> dict[str, Any]:
    """The answer's `data` object.

    Raises:
        SchemaBroke: there is none.
    """
    data = answer.json.get("data")
    if not isinstance(data, dict):
        raise SchemaBroke(f"/{endpoint.strip('/')}/ answered without `data`.")
    return data


def _read(answer: Answer, endpoint: str, key: str) -> tuple[list[dict[str, Any]], int, bool]:
    data = data_of(answer, endpoint)
    records, more, cursor = data.get(key), data.get("has_more"), data.get("cursor")
    place = f"/{endpoint.strip('/')}/"
    if not isinstance(records, list) or not all(isinstance(each, dict) for each in records):
        raise SchemaBroke(f"{place} answered without a list of records in `data.{key}`.")
    if not isinstance(more, bool):
        raise SchemaBroke(f"{place} answered without `has_more`.")
    if isinstance(cursor, str) and cursor.isdigit():
        cursor = int(cursor)
    if more and not isinstance(cursor, int):
        raise SchemaBroke(f"{place} says there is more and names no cursor.")
    return records, cursor if isinstance(cursor, int) else 0, more
