"""Finds datasets and tables, and describes them (contract: bigquery.md 2.3, 2.4)."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

from sandbox.bigquery.errors import denied, invalid, missing
from sandbox.bigquery.exported import ExportedTables
from sandbox.bigquery.page_token import PageTokens
from sandbox.bigquery.rewrites import as_rewritten
from sandbox.bigquery.rows import Shelf
from sandbox.bigquery.story import VOLUME, properties, volume
from sandbox.bigquery.tables import LOCATION, PROJECT_NUMBER, Dataset, Table
from sandbox.credentials import PROJECT
from sandbox.state import Sandbox
from sandbox.world.draws import word

DEFAULT_PAGE = 50
MOST_PAGE = 1_000


class Catalogue:
    """All that can be listed, at the sandbox's now."""

    def __init__(self, box: Sandbox) -> None:
        self._box = box
        self.seed = box.world.config.seed
        self.shelf = Shelf(self.seed)
        self.tokens = PageTokens(self.seed)
        first = box.world.config.start
        self._datasets = [ExportedTables(box, self.shelf).dataset()]
        self._datasets += [one.resource() for one in properties(first)]
        self._datasets.append(Dataset(VOLUME, self._volume, self._datasets[0].created))

    def _volume(self, now: int) -> list[Table]:
        return volume(now, self._box.settings.bigquery_volume_rows)

    def project(self, name: str) -> None:
        """Only one project is here."""
        if name not in (PROJECT, PROJECT_NUMBER):
            raise missing("Project", name)

    def dataset(self, project: str, name: str) -> Dataset:
        """A dataset by name."""
        self.project(project)
        for one in self._datasets:
            if one.id == name:
                return one
        raise missing("Dataset", f"{project}:{name}")

    def dataset_described(self, project: str, name: str) -> dict[str, Any]:
        """datasets.get."""
        return with_etag(self.dataset(project, name).resource())

    def tables(self, dataset: Dataset) -> list[Table]:
        """The tables of a dataset in the service's order, which is none that helps."""
        found = dataset.tables(self._box.clock.epoch)
        return sorted(found, key=lambda one: int(word(self.seed, "listed", one.dataset, one.id)))

    def table(self, project: str, dataset: str, name: str, permission: str) -> Table:
        """A table by name, for a caller who needs the permission."""
        holder = self.dataset(project, dataset)
        for one in holder.tables(self._box.clock.epoch):
            if one.id == name:
                if any(fnmatchcase(name, glob) for glob in self._box.settings.bigquery_denied):
                    raise denied("Table", one.name, permission)
                return as_rewritten(one, self._box.rewrites)
        raise missing("Table", f"{project}:{dataset}.{name}")

    def datasets_page(self, project: str) -> dict[str, Any]:
        """datasets.list."""
        self.project(project)
        kept = ("kind", "id", "datasetReference", "location")
        listed = [{key: one.resource()[key] for key in kept} for one in self._datasets]
        return with_etag({"kind": "bigquery#datasetList", "datasets": listed})

    def tables_page(self, dataset: Dataset, query: Mapping[str, str]) -> dict[str, Any]:
        """tables.list: names and types, no sizes."""
        about = ("tables", dataset.id)
        token = query.get("pageToken")
        first = self.tokens.place(token, *about) if token else 0
        last = first + min(whole(query, "maxResults", DEFAULT_PAGE), MOST_PAGE)
        every = self.tables(dataset)
        page: dict[str, Any] = {"kind": "bigquery#tableList", "totalItems": len(every)}
        if first < len(every):
            page["tables"] = [one.reference() for one in every[first:last]]
        if last < len(every):
            page["nextPageToken"] = self.tokens.made(last, *about)
        return with_etag(page)

    def described(self, table: Table, view: str = "") -> dict[str, Any]:
        """tables.get."""
        if view not in ("", "BASIC", "STORAGE_STATS", "FULL", "TABLE_METADATA_VIEW_UNSPECIFIED"):
            raise invalid(f"Invalid value at 'view': {view}")
        about = {"location": LOCATION, "selfLink": _link(table), **table.reference()}
        if table.content is None:
            return with_etag(about)
        content = table.content()
        fields = self.shelf.fields(content.rows)
        about["schema"] = {"fields": [one.described() for one in fields]}
        if view != "BASIC":
            about |= {
                "numRows": str(content.rows.count),
                "numBytes": str(self.shelf.size(content.rows)),
                "numLongTermBytes": "0",
                "lastModifiedTime": str(table.modified),
            }
        if content.buffered:
            about["streamingBuffer"] = {
                "estimatedRows": str(content.buffered),
                "estimatedBytes": str(content.buffered * 900),
                "oldestEntryTime": str(content.buffer_since),
            }
        return with_etag(about)


def _link(table: Table) -> str:
    return (f"https://bigquery.googleapis.com/bigquery/v2/projects/{PROJECT}/datasets/"
            f"{table.dataset}/tables/{table.id}")  # fmt: skip


def with_etag(resource: dict[str, Any]) -> dict[str, Any]:
    """The resource and the hash of it."""
    text = json.dumps(resource, sort_keys=True).encode()
    digest = hashlib.blake2b(text, digest_size=15).digest()
    return resource | {"etag": base64.urlsafe_b64encode(digest).decode()}


def whole(query: Mapping[str, str], name: str, default: int) -> int:
    """A parameter that is a whole number of 0 or more."""
    text = query.get(name, "")
    if not text:
        return default
    if not text.isdigit():
        raise invalid(f"Invalid value at '{name}' (TYPE_UINT32), \"{text}\"")
    return int(text)
