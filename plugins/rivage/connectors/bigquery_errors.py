"""What BigQuery means by its error bodies. Decided by status and reason: texts vary.

Source: BigQuery API v2, error table of the REST reference.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from rivage.connectors.answers import Answer, Classify
from rivage.connectors.redaction import redact
from rivage.errors import (
    AccountUnknown,
    BadRequest,
    NotGranted,
    QueryTooLarge,
    QuotaExhausted,
    RateLimited,
    RivageError,
    ScopeMissing,
    ServerFailed,
    TokenExpired,
    WindowClosed,
)

QUOTA_SECONDS = 600.0
"""Google asks for at least ten minutes before a long-term quota is tried again."""
_PERMISSION = re.compile(r"\bbigquery\.\w+\.\w+")
_ROW_RULE = re.compile(r"row[- ]?(?:level )?access polic|row[- ]level", re.I)
_COLUMN_RULE = re.compile(r"policy tag|masked|fine-grained", re.I)
_COLUMN = re.compile(r"\bcolumns? [`'\"]?([\w.:-]+)", re.I)


class TableGone(RivageError):
    """The table vanished between being listed and being read."""


class PageTokenRefused(BadRequest):
    """The token of the next page is no longer good; the table must be read from its start."""


def classify(needs: str, email: str, table: str = "", *, continued: bool = False) -> Classify:
    """The reading of answers to one request.

    Args:
        needs: the IAM permission the request needs.
        email: the service account that needs it.
        table: the table asked for, if any.
        continued: the request carried a page token.
    """

    def read(answer: Answer) -> RivageError | None:
        error = answer.json.get("error")
        if not isinstance(error, dict):
            return None
        listed = error.get("errors")
        rows = [each for each in listed if isinstance(each, dict)] if listed else []
        reason = str(rows[0].get("reason") or "") if rows else ""
        text = redact(str(error.get("message") or "no message")).strip()
        what = f"BigQuery answered {answer.status} {reason or error.get('status') or ''}: {text}"
        named = _BY_REASON.get(reason)
        if answer.status == 403 and named is None:
            return _denied(what, text, needs, email, table)
        if answer.status == 404:
            return _missing(what, table)
        if named:
            return named(what)
        if answer.status == 400 and continued:
            return PageTokenRefused(what)
        if answer.status == 401:
            return TokenExpired(
                what, do="Check that the key in RIVAGE_GA4_CREDENTIALS was not revoked."
            )
        # Others, also 429 and 5xx without a reason, mean what their status says.
        return BadRequest(what, do=_LOOK) if 400 <= answer.status < 404 else None

    return read


_LOOK = "Check RIVAGE_GA4_EXPORT_URL: bigquery://<project>/analytics_<property id>."


def _of(kind: type[RivageError], do: str = "") -> Callable[[str], RivageError]:
    return lambda what: kind(what, do=do)


_BY_REASON: dict[str, Callable[[str], RivageError]] = {
    "quotaExceeded": lambda what: QuotaExhausted(what, retry_after=QUOTA_SECONDS),
    "rateLimitExceeded": _of(RateLimited),
    "responseTooLarge": _of(QueryTooLarge),
    "tableUnavailable": _of(ServerFailed),
    "backendError": _of(ServerFailed),
    "internalError": _of(ServerFailed),
    "accessNotConfigured": _of(ScopeMissing, "Enable the BigQuery API in the Cloud project."),
    "billingNotEnabled": _of(ScopeMissing, "Enable billing for the Cloud project."),
}


def _denied(what: str, text: str, needs: str, email: str, table: str) -> RivageError:
    if table and _ROW_RULE.search(text):
        return WindowClosed(
            what, do=f"{table} has row access policies: grant {email} one with the filter TRUE."
        )
    if table and _COLUMN_RULE.search(text):
        column = _COLUMN.search(text)
        which = f"column {column[1]}" if column else "a column"
        return WindowClosed(
            what, do=f"{which} of {table} is masked: make {email} a fine-grained reader of it."
        )
    found = _PERMISSION.search(text)
    do = (
        f"Grant {found[0] if found else needs} to {email}: the role BigQuery Data Viewer on the "
        "dataset is enough."
    )
    if table:
        return WindowClosed(what, do=do)
    return NotGranted(what, scope=found[0] if found else needs, do=do)


def _missing(what: str, table: str) -> RivageError:
    if table:
        return TableGone(what)
    return AccountUnknown(
        what, do="Check project and dataset in RIVAGE_GA4_EXPORT_URL, and that the host of "
        "RIVAGE_GA4_BIGQUERY_BASE_URL serves the dataset's location.",
    )  # fmt: skip
