"""A second net for personal data: the audit masks what it samples, texts may still hold some."""

from __future__ import annotations

import re

MASK = "***"
_PATTERNS = (
    re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    re.compile(r"(?<=@)[\w.]+"),
    re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])"),
    # With a plus or a leading zero: a bare row of digits may be an id or an amount.
    re.compile(r"(?<![\w.\-])(?:\+\d|0[1-9])(?:[ .\-/()]{0,2}\d){7,13}(?!\d)"),
)


def masked(text: str) -> str:
    """The text without e-mail addresses, handles, IP addresses and phone numbers."""
    for pattern in _PATTERNS:
        text = pattern.sub(MASK, text)
    return text


def shown(column: str, value: object) -> str:
    """`column value`; an id made of digits stays whole, or the row could not be found."""
    text = str(value)
    is_id = column.endswith("_id") and text.isdigit()
    return f"{column} {text if is_id else masked(text)}"
