"""The error body of the API (contract: web.md 3.4)."""

from __future__ import annotations

from fastapi.responses import JSONResponse


def api_error(message: str, status: int = 200) -> JSONResponse:
    """How the API words a failure."""
    return JSONResponse({"result": "error", "message": message}, status_code=status)
