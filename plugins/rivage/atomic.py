"""Small text files that readers see whole: the old text or the new one, never a half."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from rivage.errors import DiskFull


def write_text(path: Path, text: str) -> None:
    """Write `text` beside `path`, then rename it there; its folder is made when absent.

    Raises:
        DiskFull: no room; the old file is untouched and nothing is left beside it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    # Named by process: two that write the same file must not share a half-written one.
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_text(text, encoding="utf-8")
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFull(f"No space left while writing {path}.") from error
        raise
