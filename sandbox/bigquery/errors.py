"""Error bodies of the BigQuery API (contract: bigquery.md 3)."""

from __future__ import annotations

from typing import Any

from fastapi.responses import JSONResponse

REASONS = {
    400: "invalid", 401: "authError", 403: "accessDenied", 404: "notFound",
    412: "conditionNotMet", 429: "rateLimitExceeded", 500: "backendError", 502: "badGateway",
    503: "backendError",
}  # fmt: skip
"""What a status says where nothing else is asked for; a gateway's 504 has no reason."""
_STATUS = {
    400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "NOT_FOUND",
    412: "FAILED_PRECONDITION", 429: "RESOURCE_EXHAUSTED", 500: "INTERNAL", 503: "UNAVAILABLE",
}  # fmt: skip
NO_LOGIN = (
    "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie "
    "or other valid authentication credential."
)
_REALM = 'Bearer realm="https://accounts.google.com/"'


class BigQueryRefusal(Exception):
    """The call ends with this HTTP status and reason."""

    def __init__(self, code: int, message: str, reason: str | None = None) -> None:
        super().__init__(message)
        self.code, self.message, self.reason = code, message, reason

    def response(self) -> JSONResponse:
        """As an answer."""
        return bigquery_error(self.code, self.message, self.reason)


def bigquery_error(code: int, message: str, reason: str | None = None,
                   headers: dict[str, str] | None = None) -> JSONResponse:  # fmt: skip
    """One error answer; an empty reason leaves the list of errors out, as a gateway does."""
    reason = REASONS.get(code, "") if reason is None else reason
    error: dict[str, Any] = {"code": code, "message": message}
    if reason:
        error["errors"] = [{"message": message, "domain": "global", "reason": reason}]
    if code in _STATUS:
        error["status"] = _STATUS[code]
    headers = dict(headers or {})
    if code == 401:
        headers |= {"WWW-Authenticate": f'{_REALM}, error="invalid_token"'}
    return JSONResponse({"error": error}, status_code=code, headers=headers)


def invalid(message: str) -> BigQueryRefusal:
    """400: a parameter has no meaning here."""
    return BigQueryRefusal(400, message)


def missing(kind: str, name: str) -> BigQueryRefusal:
    """404: no such project, dataset or table."""
    return BigQueryRefusal(404, f"Not found: {kind} {name}")


def denied(kind: str, name: str, permission: str) -> BigQueryRefusal:
    """403: the account lacks a permission, or the thing does not exist."""
    return BigQueryRefusal(
        403, f"Access Denied: {kind} {name}: Permission {permission} denied on {kind.lower()} "
        f"{name} (or it may not exist).",
    )  # fmt: skip
