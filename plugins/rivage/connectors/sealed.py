"""A scratch file that only this process can read, in parts that fit into memory one by one.

What lies in it still holds personal data: it has no name, so that it is gone when the process
is, and its bytes are encrypted with a key that is kept nowhere.
"""

from __future__ import annotations

import secrets
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

BLOCK = 16 << 10
"""Bytes of a part that are collected before they are written."""


class Sealed:
    """Lines in parts, numbered from 0; a part's lines come back in the order they were added.

    Args:
        folder: where the file may lie; created if absent.
    """

    def __init__(self, folder: Path, parts: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115  closed by __exit__
        self._cipher = AESGCM(AESGCM.generate_key(bit_length=128))
        self._nonce = secrets.token_bytes(4)
        self._waiting = [bytearray() for _ in range(parts)]
        self._blocks: list[list[tuple[int, int]]] = [[] for _ in range(parts)]
        self._end = 0

    def __enter__(self) -> Sealed:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self._file.close()

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, part: int, line: bytes) -> None:
        """Add a line, which has no line feed of its own."""
        waiting = self._waiting[part]
        waiting += line
        waiting += b"\n"
        if len(waiting) >= BLOCK:
            self._write(part)

    def lines(self, part: int) -> Iterator[bytes]:
        """The lines of a part, decrypted block by block."""
        for at, length in self._blocks[part]:
            self._file.seek(at)
            sealed = self._file.read(length)
            block = zlib.decompress(self._cipher.decrypt(self._number(at), sealed, None))
            yield from block.split(b"\n")[:-1]
        yield from bytes(self._waiting[part]).split(b"\n")[:-1]

    def _write(self, part: int) -> None:
        sealed = self._cipher.encrypt(
            self._number(self._end), zlib.compress(self._waiting[part], 1), None
        )
        self._file.seek(self._end)
        self._file.write(sealed)
        self._blocks[part].append((self._end, len(sealed)))
        self._end += len(sealed)
        self._waiting[part].clear()

    def _number(self, at: int) -> bytes:
        """A number used once with this key: where the block begins is its own."""
        return self._nonce + at.to_bytes(8, "big")
