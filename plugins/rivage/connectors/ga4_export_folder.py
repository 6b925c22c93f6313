"""The folder that receives the export: on this machine, or in a bucket (fsspec URL).

Files of a bucket are fetched into a scratch folder, which goes when the delivery that
names them is no longer held.
"""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from rivage.connectors.base import Files
from rivage.connectors.redaction import redact
from rivage.errors import NotGranted, RivageError, ServerFailed, SettingMissing
from rivage.windows import Window

BUCKETS = ("gs", "gcs", "s3", "s3a", "abfs", "abfss", "az")
"""Kinds of URL that requirements/stores.lock has a file system for."""
INSTALL = "uv pip install --require-hashes -r requirements/stores.lock"
DO = "Set it to a folder, as a plain path or file:// URL, or to a bucket such as gs://name/prefix."
_STAMPS = (
    "etag",
    "ETag",
    "md5Hash",
    "updated",
    "LastModified",
    "last_modified",
    "mtime",
    "created",
)
"""What object stores call the edition of an object."""


@dataclass(frozen=True)
class Item:
    """One entry of a folder; `edition` changes when the file is written again."""

    name: str
    is_folder: bool
    edition: str


class Folder:
    """One folder.

    Args:
        url: path, file:// URL, or any URL fsspec has a file system for.
        scratch: where files of a bucket are fetched to.

    Raises:
        SettingMissing: absent, no folder, or no library for this kind of URL.
    """

    def __init__(self, url: str | None, scratch: Path) -> None:
        if not url:
            raise SettingMissing("RIVAGE_GA4_EXPORT_URL is not set.", do=DO)
        parts = urlsplit(url)
        self._scratch = scratch
        self._fs: Any = None
        if parts.scheme not in ("", "file"):
            self._fs, self.path = _remote(url)
            self.name = self.path.rstrip("/").rpartition("/")[2]
            return
        local = Path(unquote(parts.path) if parts.scheme else url).expanduser().resolve()
        if not local.is_dir():
            raise SettingMissing(f"RIVAGE_GA4_EXPORT_URL names {local}, which is no folder.", do=DO)
        self.path, self.name = str(local), local.name

    def __str__(self) -> str:
        return self.path

    def below(self, name: str) -> Folder:
        """A folder inside this one."""
        inner = object.__new__(Folder)
        inner._fs, inner._scratch = self._fs, self._scratch
        inner.path, inner.name = f"{self.path.rstrip('/')}/{name}", name
        return inner

    def items(self) -> list[Item]:
        """Everything in the folder, unsorted.

        Raises:
            NotGranted: this machine may not list it.
            ServerFailed: the bucket can't be listed.
        """
        try:
            if self._fs is None:
                return [_local_item(path) for path in Path(self.path).iterdir()]
            found = self._fs.ls(self.path, detail=True, refresh=True)
        except Exception as problem:
            raise _unreachable(self.path, problem) from None
        return [
            Item(
                str(entry["name"]).rstrip("/").rpartition("/")[2],
                entry.get("type") == "directory",
                f"{entry.get('size')} {next((entry[k] for k in _STAMPS if entry.get(k)), '')}",
            )
            for entry in found
        ]

    def deliver(self, day: Window, names: Iterable[str], version: str) -> Files:
        """The named files as local paths."""
        if self._fs is None:
            return Files(day, tuple(Path(self.path) / name for name in names), version)
        self._scratch.mkdir(parents=True, exist_ok=True)
        spool = Path(tempfile.mkdtemp(dir=self._scratch, prefix="ga4_export-"))
        try:
            for name in names:
                self._fs.get_file(f"{self.path.rstrip('/')}/{name}", str(spool / name))
        except Exception as problem:
            shutil.rmtree(spool, ignore_errors=True)
            raise _unreachable(self.path, problem) from None
        files = Files(day, tuple(spool / name for name in names), version)
        # Landing reads the files after the last of them was named: nobody else can tell
        # when they are no longer needed.
        weakref.finalize(files, shutil.rmtree, spool, True)
        return files


def _local_item(path: Path) -> Item:
    stat = path.stat()
    return Item(path.name, path.is_dir(), f"{stat.st_size} {stat.st_mtime_ns}")


def _remote(url: str) -> tuple[Any, str]:
    import fsspec

    try:
        fs, path = fsspec.core.url_to_fs(url)
        there = fs.isdir(path)
    except (ImportError, ValueError):
        scheme = urlsplit(url).scheme
        known = f"Run `{INSTALL}` in the environment of Rivage, then try again."
        raise SettingMissing(
            f"RIVAGE_GA4_EXPORT_URL: no library for {scheme}:// is installed.",
            do=known if scheme in BUCKETS else DO,
        ) from None
    except Exception as problem:
        raise _unreachable(url, problem) from None
    if not there:
        raise SettingMissing("RIVAGE_GA4_EXPORT_URL names a bucket folder that is empty.", do=DO)
    return fs, str(path)


def _unreachable(path: str, problem: Exception) -> RivageError:
    """What a file system's own error means; each library has its own words for a refusal."""
    status = getattr(problem, "code", getattr(problem, "status_code", None))
    if isinstance(problem, PermissionError) or str(status) == "403":
        return NotGranted(
            f"The export's folder {redact(path)} may not be read: {type(problem).__name__}.",
            do="Let this machine's identity list and read the folder's objects.",
        )
    return ServerFailed(
        f"The bucket folder {redact(path)} can't be read: {type(problem).__name__}.",
        do="Check the machine's access to the bucket, then run the same window again.",
    )
