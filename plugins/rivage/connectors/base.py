"""What a connector is: checks its access, lists its accounts, yields pages as sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Protocol

from rivage.streams.model import Stream
from rivage.windows import Window


@dataclass(frozen=True)
class Account:
    """One account a token can read: TikTok advertiser, GA4 property, shop.

    `timezone` is an IANA name; `currency` an ISO-4217 code or "" when it has none.
    """

    id: str
    name: str
    timezone: str
    currency: str


@dataclass(frozen=True)
class Page:
    """One page of records exactly as sent, and what is known about the answer.

    `notes` are the source's own doubts about its answer (thresholded, (other) row …):
    they are kept in the manifest and shown as warnings.

    `served_to` is the last day the source has computed. Later days of the window are
    unknown, not empty: they are not landed, and the next run asks for them again.
    """

    records: list[dict[str, Any]]
    request_id: str
    api_version: str
    bytes: int
    number: int
    of: int | None = None
    notes: tuple[str, ...] = ()
    served_to: date | None = None


@dataclass(frozen=True)
class Files:
    """Parquet files that hold one window's records, for sources that deliver files.

    `version` identifies this edition of the files (size and time, or an etag).
    """

    day_window: Window
    paths: tuple[Path, ...]
    version: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Edition:
    """Files that are fetched only when this edition of them has not landed yet.

    `fetch` writes them into the folder it is given, and names the edition it found there:
    the source may have written another one meanwhile.
    """

    day_window: Window
    version: str
    fetch: Callable[[Path], Files]


@dataclass(frozen=True)
class CheckStep:
    """One named step of a connection test: token valid, accounts visible, scope ...

    `refused` tells a permission that the platform withholds from any other failure.
    """

    name: str
    ok: bool
    detail: str
    refused: bool = False


class Connector(Protocol):
    """The narrow door between an API and the rest of Rivage."""

    name: str

    def check(self) -> Iterator[CheckStep]:
        """Run the connection test step by step; stop after the first failure."""
        ...

    def accounts(self) -> list[Account]:
        """Accounts this access can read.

        Raises:
            TokenMissing, TokenExpired, ScopeMissing, AccountUnknown.
        """
        ...

    def pages(
        self, stream: Stream, account: Account, window: Window
    ) -> Iterator[Page | Files | Edition]:
        """Everything of one stream in one window (at most the stream's days per request).

        Pages are yielded as they arrive: memory is flat in their number.
        """
        ...
