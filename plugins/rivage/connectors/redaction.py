"""Keeps secrets out of log lines, error texts and reprs.

Two nets: every secret value this process knows is replaced wherever it turns up,
and the usual carriers (`secret=…`, `"access_token": "…"`, `Authorization: …`, JWTs,
private keys) are masked even when the value was never seen before.

Standard library only. Raises nothing.
"""

from __future__ import annotations

import logging
import re
from urllib.parse import quote

MASK = "***"
SHORTEST = 6
"""Shorter values are not masked by value: they would blank out ordinary words."""

_NAMES = (
    r"(?:x-shopify-)?access[-_]token|refresh[-_]token|id[-_]token|app[-_]secret|"
    r"client[-_]secret|secret|assertion|auth[-_]code|private[-_]key(?!_id)|password"
)
_CARRIERS = (
    re.compile(
        r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.S
    ),
    re.compile(r"\beyJ[\w-]+\.[\w-]+\.[\w-]*"),
    re.compile(r"\b(?:ya29\.[\w.-]+|shp(?:at|ca|pa|ss|ua)_\w+)"),
    re.compile(r"(?<=\bBearer )[^\s\"',}]+", re.I),
)
# name=value, name: value, "name": "value", 'name': 'value', b"name": ... and %22-quoted forms.
_NAMED = re.compile(
    rf"(?P<lead>(?<![\w-])(?:{_NAMES})(?:\\?[\"'])?\s*[=:]\s*)"
    rf"(?P<value>\\\"(?:(?!\\\").)*\\\"|\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|[^\s&\"',;}})\]]+)",
    re.I,
)
_AUTHORIZATION = re.compile(
    r"(?P<lead>\bauthorization[\"']?\s*[=:]\s*[\"']?)(?!\*\*\*)(?P<value>[^\"',}\r\n]+)", re.I
)

_known: set[str] = set()


def remember(secret: str | None) -> None:
    """Mask this exact value, plain or URL-encoded, from now on in this process."""
    if secret and len(secret) >= SHORTEST:
        _known.update({secret, quote(secret, safe=""), quote(secret)})


def redact(text: str) -> str:
    """The same text with every known or recognisable secret replaced by `***`."""
    # Longest first: one secret may be the beginning of another.
    for secret in sorted(_known, key=len, reverse=True):
        text = text.replace(secret, MASK)
    for carrier in _CARRIERS:
        text = carrier.sub(MASK, text)
    text = _AUTHORIZATION.sub(rf"\g<lead>{MASK}", text)
    return _NAMED.sub(rf"\g<lead>{MASK}", text)


class RedactSecrets(logging.Filter):
    """Rewrites a record in place: message, string fields and traceback text."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = redact(record.getMessage())
        record.args = None
        for name, value in vars(record).items():
            if isinstance(value, str) and name not in ("msg", "name", "levelname"):
                setattr(record, name, redact(value))
        if record.exc_info and not record.exc_text:
            # A formatter keeps a text that is already there.
            record.exc_text = redact(logging.Formatter().formatException(record.exc_info))
        return True


_FILTER = RedactSecrets()


def guard_loggers() -> None:
    """Redact our own request log and the debug logs of the libraries below it.

    At DEBUG level urllib3 logs full request targets, which may hold an app secret.
    """
    for name in (
        "rivage.http",
        "rivage.connectors",
        "urllib3.connectionpool",
        "urllib3.util.retry",
        "google.auth._default",
        "google.oauth2._client",
        "google.auth.transport.requests",
    ):
        logging.getLogger(name).addFilter(_FILTER)
