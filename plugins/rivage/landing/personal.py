"""Personal data leaves a record before anything touches the disk."""

from __future__ import annotations

import hashlib
import re
from typing import Any

from rivage.landing.urls import without_people
from rivage.streams.model import Personal

MASKED = "***"
NOBODY = ("", "-")
"""How sources write that there is no value; hashed, they would all be one person."""
# An address first, or its domain would pass for a handle.
_NAMES_SOMEBODY = (
    re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    re.compile(r"(?<=@)[\w.]+"),
    # Nine to fifteen digits in a row or in groups; ids of posts are longer.
    re.compile(r"(?<!\d)\+?\d(?:[ .\-/()]{0,2}\d){8,14}(?!\d)"),
)


def masked(text: str) -> str:
    """The text with every @handle, e-mail address and phone number replaced by `***`.

    Names written without an @ stay: no rule finds them all.
    """
    for pattern in _NAMES_SOMEBODY:
        text = pattern.sub(MASKED, text)
    return text


def hashed(value: str, salt: str) -> str:
    """sha256 of salt + the trimmed, lower-cased value: joins without revealing."""
    return hashlib.sha256((salt + value.strip().lower()).encode()).hexdigest()


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
        else:
            node[head] = _changed(node[head], action, salt)


def _changed(value: Any, action: str, salt: str) -> Any:
    if isinstance(value, list):
        return [_changed(each, action, salt) for each in value]
    if value is None or value is False or str(value).strip() in NOBODY:
        return None
    if action == "url":
        return without_people(str(value), salt)
    return masked(str(value)) if action == "mask" else hashed(str(value), salt)
