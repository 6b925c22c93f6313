"""Records spooled as lines of JSON, in files of bounded size.

DuckDB takes up to 2,048 lines of one file at a time and holds several copies of them, some parsed:
of records as long as an order with all its lines that is hundreds of megabytes. It never takes
lines of two files together, so small files keep its memory small.
"""

from __future__ import annotations

import json
from pathlib import Path
from types import TracebackType
from typing import IO, Any

LARGEST = 1 << 19
"""Characters after which a file is full."""


class Pieces:
    """Writes records one after another; `paths` are the files they are in, in order."""

    def __init__(self, folder: Path) -> None:
        self.paths: list[Path] = []
        self._folder = folder
        self._room = 0
        self._file: IO[str] | None = None

    def __enter__(self) -> Pieces:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        if self._file:
            self._file.close()

    def add(self, record: dict[str, Any]) -> None:
        """Write one record."""
        line = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
        if self._file is None or self._room < len(line):
            self._file = self._next()
        self._file.write(line)
        self._file.write("\n")
        self._room -= len(line)

    def _next(self) -> IO[str]:
        if self._file:
            self._file.close()
        self.paths.append(self._folder / f"records{len(self.paths):06}.ndjson")
        self._room = LARGEST
        return self.paths[-1].open("w", encoding="utf-8")
