"""Error bodies of Google APIs (contract: web.md 1.9)."""

from __future__ import annotations

from typing import Any

from fastapi.responses import HTMLResponse, JSONResponse

HTML_404 = (
    "<!DOCTYPE html><html lang=en><meta charset=utf-8><title>Error 404 (Not Found)!!1</title>"
    "<p><b>404.</b> <ins>That’s an error.</ins><p>The requested URL was not found on this server."
)


class GoogleRefusal(Exception):
    """The call ends with this HTTP status."""

    def __init__(self, code: int, status: str, message: str,
                 details: list[dict[str, Any]] | None = None,
                 headers: dict[str, str] | None = None) -> None:  # fmt: skip
        super().__init__(message)
        self.code, self.status, self.message = code, status, message
        self.details, self.headers = details, headers


def invalid(message: str, details: list[dict[str, Any]] | None = None) -> GoogleRefusal:
    """400 INVALID_ARGUMENT."""
    return GoogleRefusal(400, "INVALID_ARGUMENT", message, details)


def google_error(code: int, status: str, message: str,
                 details: list[dict[str, Any]] | None = None,
                 headers: dict[str, str] | None = None) -> JSONResponse:  # fmt: skip
    """One error answer."""
    error: dict[str, Any] = {"code": code, "message": message, "status": status}
    if details:
        error["details"] = details
    return JSONResponse({"error": error}, status_code=code, headers=headers)


def not_found() -> HTMLResponse:
    """Wrong path or verb: a page, never JSON."""
    return HTMLResponse(HTML_404, status_code=404)
