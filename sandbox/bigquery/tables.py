"""What the catalogue holds: datasets and tables, and what is inside one when it is asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.bigquery.rows import Rows
from sandbox.credentials import PROJECT

PROJECT_NUMBER = "123456789012"
LOCATION = "EU"
BUFFER_SECONDS = 5_400
"""How long a streamed row stays in the buffer, where no list of rows reaches it."""


@dataclass(frozen=True)
class Content:
    """The rows of a table, and those of its streaming buffer, which nobody can list yet."""

    rows: Rows
    buffered: int = 0
    buffer_since: int = 0  # epoch milliseconds


@dataclass(frozen=True)
class Table:
    """One table at an instant. Times are epoch milliseconds."""

    dataset: str
    id: str
    created: int
    modified: int
    content: Callable[[], Content] | None
    """Looks into the table; None for a view."""
    expires: int | None = None
    labels: tuple[tuple[str, str], ...] = ()

    @property
    def kind(self) -> str:
        """TABLE or VIEW."""
        return "TABLE" if self.content else "VIEW"

    @property
    def name(self) -> str:
        """As messages and resources write it."""
        return f"{PROJECT}:{self.dataset}.{self.id}"

    def reference(self) -> dict[str, Any]:
        """The part that lists and resources share."""
        shared: dict[str, Any] = {
            "kind": "bigquery#table",
            "id": self.name,
            "tableReference": {
                "projectId": PROJECT, "datasetId": self.dataset, "tableId": self.id,
            },
            "type": self.kind,
            "creationTime": str(self.created),
        }  # fmt: skip
        if self.expires is not None:
            shared["expirationTime"] = str(self.expires)
        return shared | ({"labels": dict(self.labels)} if self.labels else {})


@dataclass(frozen=True)
class Dataset:
    """One dataset; its tables depend on the instant (epoch second)."""

    id: str
    tables: Callable[[int], list[Table]]
    created: int
    table_life: int | None = None
    """Milliseconds after which every table goes, None for ever."""

    def resource(self) -> dict[str, Any]:
        """As the API writes it."""
        life = {"defaultTableExpirationMs": str(self.table_life)} if self.table_life else {}
        return {
            "kind": "bigquery#dataset",
            "id": f"{PROJECT}:{self.id}",
            "datasetReference": {"projectId": PROJECT, "datasetId": self.id},
            "location": LOCATION,
            "creationTime": str(self.created),
            "lastModifiedTime": str(self.created),
            **life,
        }
