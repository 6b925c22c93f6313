"""Page tokens: opaque, and good for the list they were made for alone."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from sandbox.bigquery.errors import invalid

_PLACE, _SEAL = 8, 10


class PageTokens:
    """Makes and reads them.

    Args:
        seed: the same seed makes the same tokens.
    """

    def __init__(self, seed: int) -> None:
        self._key = hashlib.blake2b(f"page tokens {seed}".encode()).digest()

    def made(self, place: int, *about: Any) -> str:
        """A token for the place (0 or more) in the list that `about` names."""
        mask = int.from_bytes(self._digest(_PLACE, "mask", *about), "big")
        hidden = (place ^ mask).to_bytes(_PLACE, "big")
        return base64.urlsafe_b64encode(hidden + self._digest(_SEAL, hidden, *about)).decode()

    def place(self, token: str, *about: Any) -> int:
        """The place a token stands for.

        Raises:
            BigQueryRefusal: it was altered, or made for another list.
        """
        try:
            raw = base64.urlsafe_b64decode(token)
        except ValueError:
            raw = b""
        hidden, seal = raw[:_PLACE], raw[_PLACE:]
        if len(raw) != _PLACE + _SEAL or seal != self._digest(_SEAL, hidden, *about):
            raise invalid("Invalid page token.")
        mask = int.from_bytes(self._digest(_PLACE, "mask", *about), "big")
        return int.from_bytes(hidden, "big") ^ mask

    def _digest(self, size: int, *parts: Any) -> bytes:
        return hashlib.blake2b(repr(parts).encode(), key=self._key, digest_size=size).digest()
