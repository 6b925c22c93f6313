"""What a stream is: one endpoint of one API, declared once, read by every stage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True)
class Column:
    """One declared field: a column of the landed object, typed as the API sends it.

    Args:
        name: column name in landing and warehouse.
        path: dotted path inside the record ("metrics.spend"); the name by default.
        type: DuckDB type as sent: VARCHAR for strings, JSON for nested values.
        required: the field is present in every record, else the window isn't landed.
        number: the value, though sent as text, must read as a number or be missing
            ("", "-" or null), else the window isn't landed.
    """

    name: str
    path: str = ""
    type: str = "VARCHAR"
    required: bool = False
    number: bool = False

    @property
    def source(self) -> str:
        return self.path or self.name


@dataclass(frozen=True)
class Personal:
    """A field with personal data, dealt with before anything touches the disk.

    Args:
        path: dotted path inside the record; `*` stands for every element of a list.
        action: "drop" removes it; "hash" replaces it by sha256(salt + lower(trim(value)));
            "mask" keeps free text, with @handles, e-mail addresses and phone numbers
            replaced by `***`; "url" keeps a web address, with query values that name a
            person hashed. A list has each of its elements replaced.
    """

    path: str
    action: Literal["drop", "hash", "mask", "url"]


@dataclass(frozen=True)
class PersonKey:
    """What in a record tells whose it is; `rivage forget` finds a person's rows by it.

    Args:
        kind: "email", "customer" (an id at a shop), "order" or "browser". An order leads to
            the browser that made it, but a browser leads to nobody: others may use it too.
        sql: over the declared columns as landed, giving the key as text.
        many: `sql` gives a list of texts.
        finds: False where the key only says more of a row found by another one; a short
            order number, say, which another shop has too.
    """

    kind: Literal["email", "customer", "order", "browser"]
    sql: str
    many: bool = False
    finds: bool = True


@dataclass(frozen=True)
class Lookback:
    """How many earlier days each ordinary run reads again, and why."""

    days: int
    reason: str


@dataclass(frozen=True)
class Daily:
    """Every record belongs to one day; a re-pull of a day replaces the day.

    Args:
        day: SQL over the declared columns giving the record's DATE.
        days_per_request: the API's own cap on a date range.
        oldest: how many days back the API serves at all; a longer window is cut to its
            newest days, and earlier ones are lost for good.
        days_per_landing: short request windows are landed together, up to so many days;
            1 where each day's delivery must stand alone.
    """

    day: str
    days_per_request: int
    oldest: int | None = None
    days_per_landing: int = 10


@dataclass(frozen=True)
class Snapshot:
    """The state of all records at the time of the pull, kept under the run's last day."""


@dataclass(frozen=True)
class Changes:
    """Records changed since a window's first day; the newest state of each key wins.

    Changes later than the window's last day come along, up to the moment of the pull,
    and count for that last day: a record must never be between two windows.

    Args:
        cursor: SQL over the declared columns giving a sortable time of last change.
        day: SQL giving the DATE of that change; `{zone}` stands for the account's zone.
        days_per_request: how many days one request window covers.
    """

    cursor: str
    day: str
    days_per_request: int


@dataclass(frozen=True)
class Access:
    """A permission that is granted apart from the rest of a source's access.

    Args:
        scope: its name in the platform's own words.
        ask: where to ask for it: the platform's page, and what follows.
    """

    scope: str
    ask: str


@dataclass(frozen=True)
class Stream:
    """One stream: where it comes from, what its records hold, how windows behave.

    Args:
        name: `<source>__<entity>[_<grain>]`, also the file stem and the raw table.
        connector: name of the connector module that can pull it.
        endpoint: path or object at the API.
        options: what the connector must ask for (dimensions, metrics, query text ...).
        keys: columns that identify a record within an account.
        person: how the rows of one customer are found when they ask to be forgotten.
        required: marts wait for it: no day is published that it does not cover.
        stands_in_for: a required stream of another source that tells the same things; where
            that source is not configured, marts wait for this one.
        kept_columns: of these the warehouse keeps what each pull said, not only the newest:
            numbers that a platform rewrites. Daily streams only.
        sets_apart: a few records whose numbers can't be read are landed all the same, and
            its staging model sets them apart; else one of them refuses the window.
        access: what has to be granted for this stream beyond the source's own access. When
            the platform refuses it, the stream is left out and asked for again weekly; a
            refused stream without one fails.
        latency: days the source may take until it serves a day at all; so long, a missing
            day is no failure.
        doc: one sentence for `rivage streams`, with the API's own page name.
    """

    name: str
    connector: str
    endpoint: str
    doc: str
    columns: tuple[Column, ...]
    keys: tuple[str, ...]
    window: Daily | Snapshot | Changes
    lookback: Lookback = Lookback(0, "records never change after they are sent")
    personal: tuple[Personal, ...] = ()
    person: tuple[PersonKey, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    required: bool = True
    stands_in_for: str = ""
    access: Access | None = None
    sets_apart: bool = False
    latency: int = 0
    kept_columns: tuple[str, ...] = ()

    @property
    def source(self) -> str:
        """The part of the name before `__`."""
        return self.name.split("__", 1)[0]
