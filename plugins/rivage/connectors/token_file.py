"""Renewed tokens on disk: one owner-only JSON file per API and account.

Some platforms replace a token at each renewal, so the newest one must outlive the
process and be seen by all others. A renewal happens under `lock()`, which holds a lock
file beside the token file: whoever waited for it reads again before renewing once more.

Written by temp file and rename: a crash leaves the old tokens or the new ones.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import re
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rivage.connectors.redaction import remember
from rivage.errors import FileLocked, SettingMissing

log = logging.getLogger("rivage.connectors")
_POLL = 0.05


def token_path(folder: Path, api: str, account: str) -> Path:
    """`<folder>/<api>-<account>.json`, with a name that any file system takes."""
    return folder / f"{re.sub(r'[^A-Za-z0-9._-]', '_', f'{api}-{account}')}.json"


class TokenFile:
    """The stored tokens of one consent.

    Args:
        path: the file; its folder is created when something is written.
        patience: seconds to wait for another process that renews.
        sleep, clock: tests replace them.
    """

    def __init__(
        self,
        path: Path,
        *,
        patience: float = 60.0,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._path = path
        self._patience = patience
        self._sleep = sleep
        self._clock = clock

    def read(self) -> dict[str, Any]:
        """What was written last, {} when there is nothing that can be read.

        Every text value is remembered as a secret.

        Raises:
            SettingMissing: the file is there and this user may not read it.
        """
        try:
            stored = json.loads(self._path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except OSError as problem:
            raise self._refused("read", problem) from None
        except ValueError:
            log.warning("token_file_unreadable file=%s action=ignore", self._path.name)
            return {}
        if not isinstance(stored, dict):
            log.warning("token_file_unreadable file=%s action=ignore", self._path.name)
            return {}
        for value in stored.values():
            if isinstance(value, str):
                remember(value)
        return stored

    def write(self, values: Mapping[str, Any]) -> None:
        """Replace the file; readable and writable by its owner only.

        Raises:
            SettingMissing: the folder can't be written.
        """
        self._make_folder()
        temporary = None
        try:
            # mkstemp creates with mode 0600, and the rename keeps it.
            handle, name = tempfile.mkstemp(dir=self._path.parent, prefix=".token-")
            temporary = Path(name)
            with os.fdopen(handle, "w", encoding="utf-8") as out:
                json.dump(dict(values), out)
                out.flush()
                os.fsync(out.fileno())
            temporary.replace(self._path)
        except OSError as problem:
            if temporary is not None:
                temporary.unlink(missing_ok=True)
            raise self._refused("written", problem) from None

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Keep other processes and threads from renewing the same tokens meanwhile.

        Raises:
            FileLocked: somebody has held the lock for longer than `patience`.
        """
        self._make_folder()
        try:
            handle = os.open(self._path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as problem:
            raise self._refused("locked", problem) from None
        try:
            self._wait_for(handle)
            yield
        finally:
            os.close(handle)  # also releases the lock

    def _wait_for(self, handle: int) -> None:
        deadline = self._clock() + self._patience
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if self._clock() >= deadline:
                    raise FileLocked(
                        f"Another process has been renewing the tokens in {self._path.name} "
                        f"for more than {self._patience:g} s.",
                        do="End the process that hangs, then run the same window again.",
                    ) from None
                self._sleep(_POLL)
            else:
                return

    def _make_folder(self) -> None:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as problem:
            raise self._refused("written", problem) from None

    def _refused(self, verb: str, problem: OSError) -> SettingMissing:
        return SettingMissing(
            f"The token file {self._path} can't be {verb}: {problem.strerror}.",
            do="Point RIVAGE_HOME at a folder that this user owns.",
        )
