"""What findings may show of a row: no e-mail address, phone number, IP address or @handle."""

from __future__ import annotations

import re

from rivage.landing.personal import MASKED, masked

BROKEN = "broken"
"""Column in which derived rules write `name = number` themselves; it holds no text of anybody."""
_ADDRESSES = (
    re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])"),
    # Three groups or fewer are a time of day.
    re.compile(r"(?<![\w:])(?:[0-9A-Fa-f]{1,4}:){4,7}[0-9A-Fa-f]{1,4}(?![\w:])"),
    re.compile(r"(?<![\w:])(?:[0-9A-Fa-f]{1,4}:){1,6}:(?:[0-9A-Fa-f]{1,4}:?){0,6}(?![\w:])"),
)
_ID = re.compile(r"\d+|gid://[\w/]+\d")


def shown(column: str, value: object) -> str:
    """A value of a row as a finding tells it.

    Ids made of digits stay whole: a row could not be found without them, and they look like
    phone numbers.
    """
    text = str(value)
    if column == BROKEN or not isinstance(value, str):
        return text
    if column.endswith("_id") and _ID.fullmatch(text):
        return text
    return without_people(text)


def without_people(text: str) -> str:
    """The text with every address, number and handle of somebody replaced by `***`."""
    for pattern in _ADDRESSES:
        text = pattern.sub(MASKED, text)
    return masked(text)
