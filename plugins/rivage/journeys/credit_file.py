"""Credits as a file: CSV or Parquet by its ending, seen whole or not at all."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rivage import duck
from rivage.atomic import write_text
from rivage.errors import SettingMissing

_TYPES = {"model": "varchar", "order": "integer", "channel": "varchar"}
_ENDINGS = (".csv", ".parquet")


def check_ending(path: Path) -> None:
    """Refuse a name that says neither, before anything is computed.

    Raises:
        SettingMissing: the ending, or the folder does not exist.
    """
    if path.suffix.lower() not in _ENDINGS:
        raise SettingMissing(
            f"{path} ends in neither .csv nor .parquet.", do="Give the file one of these endings."
        )
    if not path.parent.is_dir():
        raise SettingMissing(f"The folder {path.parent} does not exist.", do="Make it first.")


def write_rows(path: Path, rows: Sequence[dict[str, Any]]) -> None:
    """Write rows; columns are those of any row in the order they appear, absent cells are null."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n", restval="")
    writer.writeheader()
    writer.writerows(rows)
    if path.suffix.lower() == ".csv":
        write_text(path, text.getvalue())
        return
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    typed = ", ".join(f'"{name}" {_TYPES.get(name, "double")}' for name in columns)
    marks = ", ".join("?" for _ in columns)
    try:
        with duck.connect() as connection:
            connection.execute(f"create temp table credits ({typed})")
            connection.executemany(
                f"insert into credits values ({marks})",
                [[row.get(name) for name in columns] for row in rows],
            )
            connection.execute(f"copy credits to {duck.literal(str(part))} (format parquet)")
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
