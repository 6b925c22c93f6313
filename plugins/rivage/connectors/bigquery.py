"""One dataset of BigQuery over its REST API: which tables there are, what they are, their rows.

Only reads: no verb of this module can change anything, and none starts a job, so that
reading is free of charge and needs no permission to query.

Source: BigQuery API v2, datasets.get, tables.list, tables.get and tabledata.list.
"""

from __future__ import annotations

import hashlib
import json
import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from rivage.connectors.answers import Answer, Classify
from rivage.connectors.bigquery_errors import TableGone, classify
from rivage.connectors.ga4_auth import ServiceAccount
from rivage.connectors.http import HttpSession
from rivage.errors import QuotaExhausted, RivageError, ServerFailed, TokenExpired
from rivage.settings import Settings

log = logging.getLogger("rivage.connectors")
API_VERSION = "v2"
SCOPE = "https://www.googleapis.com/auth/bigquery.readonly"
TABLES_A_PAGE = 1000
QUOTA_WAITS = 3
"""Times that a used-up quota is waited for, ten minutes each."""


@dataclass(frozen=True)
class Listed:
    """A table as the list shows it: neither rows nor schema."""

    name: str
    kind: str
    """TABLE, VIEW, EXTERNAL …"""


@dataclass(frozen=True)
class Table:
    """A table as it was at one moment.

    Args:
        rows: without those still in a streaming buffer, which can't be read either.
        fields: its schema; the cells of a row come in this order, without names.
        edition: changes when the table is written again, not when it is labelled.
        expires: when BigQuery deletes it, if it does.
    """

    name: str
    kind: str
    rows: int
    fields: tuple[dict[str, Any], ...]
    edition: str
    location: str
    expires: datetime | None


class BigQuery:
    """Reads of one dataset with one service account.

    Args:
        sleep: seconds; waits for a used-up quota.
    """

    def __init__(
        self,
        settings: Settings,
        project: str,
        dataset: str,
        session: HttpSession,
        *,
        now: Callable[[], datetime],
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        own = settings.ga4
        self.name = f"{project}.{dataset}"
        home = f"/bigquery/{API_VERSION}/projects/{quote(project)}/datasets/{quote(dataset)}"
        self._home = f"{own.bigquery_base_url.rstrip('/')}{home}"
        self._session, self._sleep = session, sleep
        self._access = ServiceAccount(own.credentials, session, now, SCOPE)
        self.email = self._access.email

    def token(self) -> None:
        """Get an access token, unless there is a fresh one.

        Raises:
            TokenExpired, ScopeMissing, ServerFailed: the token endpoint refused or failed.
        """
        self._access.token()

    def location(self) -> str:
        """Where the dataset lies: `EU`, `US` or a region."""
        needs = classify("bigquery.datasets.get", self.email)
        return str(self._get("", {}, needs).json.get("location") or "unknown")

    def tables(self) -> Iterator[Listed]:
        """Every table of the dataset, in no special order.

        Raises:
            AccountUnknown: there is no such dataset, or not at this host.
            ScopeMissing: the service account may not list it.
        """
        asked, token = {"maxResults": str(TABLES_A_PAGE)}, ""
        needs = classify("bigquery.tables.list", self.email)
        while True:
            more = {"pageToken": token} if token else {}
            answer = self._get("/tables", asked | more, needs).json
            for item in answer.get("tables") or ():
                name = str(item["tableReference"]["tableId"])
                yield Listed(name, str(item.get("type") or ""))
            before, token = token, str(answer.get("nextPageToken") or "")
            if not token:
                return
            if token == before:
                raise ServerFailed(f"The list of tables of {self.name} does not end.")

    def table(self, name: str) -> Table:
        """What the table is now.

        Raises:
            TableGone: it is not there any more.
            WindowClosed: the service account may not see it.
        """
        needs = classify("bigquery.tables.get", self.email, name)
        sent = self._get(f"/tables/{quote(name)}", {}, needs).json
        fields = (sent.get("schema") or {}).get("fields") or ()
        marks = [sent.get(each) for each in _MARKS]
        told = json.dumps([marks, fields], sort_keys=True)
        ends = sent.get("expirationTime")
        return Table(
            name,
            str(sent.get("type") or ""),
            int(sent.get("numRows") or 0),
            tuple(fields),
            hashlib.sha256(told.encode()).hexdigest()[:16],
            str(sent.get("location") or ""),
            datetime.fromtimestamp(int(ends) / 1000, UTC) if ends else None,
        )

    def page(
        self,
        table: str,
        token: str,
        rows: int,
        take: Callable[[bytes], RivageError | None],
    ) -> Answer:
        """One page of a table's rows, as sent.

        Args:
            token: of the page before; "" for the first one.
            rows: at most so many; the service may send fewer, also none.
            take: reads the body; an error it returns counts as a broken answer.

        Raises:
            QueryTooLarge, RequestTimedOut: fewer rows at a time may help.
            PageTokenRefused, TableGone, WindowClosed.
        """
        known = classify("bigquery.tables.getData", self.email, table, continued=bool(token))

        def read(answer: Answer) -> RivageError | None:
            return take(answer.body) if answer.status < 300 else known(answer)

        # Times as whole microseconds: as floats they would lose the last digits.
        asked = {"maxResults": str(rows), "formatOptions.useInt64Timestamp": "True"}
        more = {"pageToken": token} if token else {}
        return self._get(f"/tables/{quote(table)}/data", asked | more, read, raw=True)

    def _get(
        self, path: str, params: dict[str, str], read: Classify, *, raw: bool = False
    ) -> Answer:
        for wait in range(QUOTA_WAITS + 1):
            try:
                return self._with_token(path, params, read, raw)
            except QuotaExhausted as spent:
                if wait == QUOTA_WAITS:
                    raise
                seconds = spent.retry_after or 0.0
                log.warning("quota_used_up dataset=%s wait=%.0fs", self.name, seconds)
                self._sleep(seconds)
        raise AssertionError  # the last turn returns or raises

    def _with_token(self, path: str, params: dict[str, str], read: Classify, raw: bool) -> Answer:
        token = self._access.token()
        try:
            return self._send(path, params, read, raw, token)
        except TokenExpired:
            log.warning("token_refused dataset=%s action=renew", self.name)
        return self._send(path, params, read, raw, self._access.token(renew=True))

    def _send(
        self, path: str, params: dict[str, str], read: Classify, raw: bool, token: str
    ) -> Answer:
        return self._session.send(
            "GET",
            f"{self._home}{path}",
            params={"prettyPrint": "false", **params},
            headers={"Authorization": f"Bearer {token}"},
            classify=read,
            raw=raw,
        )


_MARKS = ("creationTime", "lastModifiedTime", "numRows", "numBytes")

__all__ = ["BigQuery", "Listed", "Table", "TableGone"]
