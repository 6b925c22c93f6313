"""Where landing lives: a folder, or an object store named by an fsspec URL.

Two promises: an object appears whole or not at all, and none is ever overwritten.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rivage.errors import DiskFull, LandingBroken

IN_USE = "in-use"
"""File in a spool that its process keeps locked."""


class Store:
    """Landing at `url` (a path or an fsspec URL); `scratch` is a local folder for spools."""

    def __init__(self, url: str | Path, scratch: Path) -> None:
        self.url = str(url).removeprefix("file://")
        self.local = "://" not in self.url
        self.root = Path(self.url) if self.local else None
        self.scratch = scratch

    @contextmanager
    def spool(self) -> Iterator[Path]:
        """A private scratch folder, removed on leaving. On a local store it is on the
        same disk as landing, so that a finished file moves there in one rename."""
        home = self.root / ".tmp" if self.root else self.scratch
        home.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(dir=home))
        try:
            with (folder / IN_USE).open("w") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def abandoned(self, folder: Path) -> bool:
        """Whether a scratch folder is no living process's spool."""
        try:
            with (folder / IN_USE).open("r") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except FileNotFoundError:  # just made, or none of ours
            return time.time() - folder.stat().st_mtime > 60
        return True

    def put(self, finished: Path, key: str) -> None:
        """Move a finished local file to `key`. An object that is there already stays."""
        try:
            if self.root:
                target = self.root / key
                target.parent.mkdir(parents=True, exist_ok=True)
                with finished.open("rb") as file:
                    os.fsync(file.fileno())
                if not target.exists():
                    finished.replace(target)
            elif not self._fs().exists(self._at(key)):
                self._fs().put_file(str(finished), self._at(key))
        except OSError as error:
            raise disk_full(error, key) from error

    def put_text(self, text: str, key: str, spool: Path) -> None:
        """Write a small text object the same way."""
        finished = spool / "text.tmp"
        try:
            finished.write_text(text, encoding="utf-8")
        except OSError as error:
            raise disk_full(error, key) from error
        self.put(finished, key)

    def replace_text(self, text: str, key: str, spool: Path) -> None:
        """Write a small text object over an older one: readers see the one or the other.
        Landed data never changes; this is for what removing a person must."""
        finished = spool / "text.tmp"
        try:
            finished.write_text(text, encoding="utf-8")
            if self.root:
                target = self.root / key
                target.parent.mkdir(parents=True, exist_ok=True)
                with finished.open("rb") as file:
                    os.fsync(file.fileno())
                finished.replace(target)
            else:
                self._fs().put_file(str(finished), self._at(key))
        except OSError as error:
            raise disk_full(error, key) from error

    def delete(self, key: str) -> None:
        """Remove one object, and what was downloaded of it."""
        (self.scratch / "objects" / key).unlink(missing_ok=True)
        if self.root:
            (self.root / key).unlink(missing_ok=True)
        elif self._fs().exists(self._at(key)):
            self._fs().rm_file(self._at(key))

    def keys(self, under: str, ending: str) -> list[str]:
        """Keys of all objects below a folder whose names end so, sorted."""
        if self.root:
            top = self.root / under
            return sorted(p.relative_to(self.root).as_posix() for p in top.rglob(f"*{ending}"))
        fs, at = self._fs(), self._at(under)
        prefix = self._at("").rstrip("/") + "/"
        found = fs.find(at) if fs.exists(at) else []
        return sorted(str(p).removeprefix(prefix) for p in found if str(p).endswith(ending))

    def read_text(self, key: str) -> str:
        try:
            if self.root:
                return (self.root / key).read_text(encoding="utf-8")
            return str(self._fs().read_text(self._at(key)))
        except FileNotFoundError:
            raise LandingBroken(f"landing/{key} is gone.") from None

    def fetch(self, key: str) -> Path:
        """A local path that holds the object; downloads it when the store is remote."""
        if self.root:
            return self.root / key
        path = self.scratch / "objects" / key
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            part = path.with_suffix(".part")
            self._fs().get_file(self._at(key), str(part))
            part.replace(path)
        return path

    def intact(self, key: str | None, sha256: str | None) -> bool:
        """Whether the object is there and its bytes are what its manifest says."""
        if key is None:
            return False
        try:
            with self.fetch(key).open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest() == sha256
        except FileNotFoundError:
            return False

    def manifests(self, under: str = "") -> Iterator[str]:
        """Keys of all manifests below `under`, in no special order; names only, no reads."""
        if self.root:
            top = self.root / under
            for folder, _, names in os.walk(top):
                if "/window=" in folder:
                    base = Path(folder).relative_to(self.root).as_posix()
                    yield from (f"{base}/{name}" for name in names if name.endswith(".json"))
        else:
            prefix = self._at("").rstrip("/") + "/"
            for path in self._fs().find(self._at(under)):
                if path.endswith(".json") and "/window=" in path:
                    yield str(path).removeprefix(prefix)

    def newest(self, folder: str) -> str | None:
        """Key of the newest manifest of one window, or None."""
        if self.root:
            window = self.root / folder
            names = [p.name for p in window.glob("*.json")] if window.is_dir() else []
        else:
            fs, at = self._fs(), self._at(folder)
            names = [p.rsplit("/", 1)[-1] for p in fs.ls(at, detail=False)] if fs.exists(at) else []
            names = [name for name in names if name.endswith(".json")]
        return f"{folder}/{max(names)}" if names else None

    def _fs(self) -> Any:
        import fsspec

        return fsspec.core.url_to_fs(self.url)[0]

    def _at(self, key: str) -> str:
        import fsspec

        root = str(fsspec.core.url_to_fs(self.url)[1]).rstrip("/")
        return f"{root}/{key}" if key else root


def disk_full(error: OSError, key: str) -> Exception:
    """DiskFull when that is what the OS says, else the error itself."""
    import errno

    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFull(f"No space left while writing landing/{key}; it was not landed.")
    return error
