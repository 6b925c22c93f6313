"""Personal data leaves a record before anything touches the disk."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from rivage.errors import SettingMissing
from rivage.streams.model import Personal


def hashed(value: str, salt: str) -> str:
    """sha256 of salt + the trimmed, lower-cased value: joins without revealing."""
    return hashlib.sha256((salt + value.strip().lower()).encode()).hexdigest()


def require_salt(personal: Iterable[Personal], salt: str | None) -> str:
    """The salt, or a clear error when a stream needs one and none is set."""
    if salt is None and any(field.action == "hash" for field in personal):
        raise SettingMissing(
            "This stream carries personal data that is kept only as a salted hash, and "
            "RIVAGE_PRIVACY_SALT is not set.",
            do="Set RIVAGE_PRIVACY_SALT to a long random text, once, and keep it.",
        )
    return salt or ""


def scrub(record: dict[str, Any], personal: tuple[Personal, ...], salt: str) -> dict[str, Any]:
    """Drop or hash the declared fields of one record, in place; returns the record."""
    for field in personal:
        _apply(record, field.path.split("."), field.action, salt)
    return record


def _apply(node: Any, path: list[str], action: str, salt: str) -> None:
    head, rest = path[0], path[1:]
    if head == "*":
        for element in node if isinstance(node, list) else ():
            _apply(element, rest, action, salt)
    elif isinstance(node, dict) and head in node:
        if rest:
            _apply(node[head], rest, action, salt)
        elif action == "drop":
            del node[head]
        elif node[head] is not None:
            node[head] = hashed(str(node[head]), salt)
