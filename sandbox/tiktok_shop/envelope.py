"""The Shop's envelope. Unlike the ad platform's, the HTTP status says something too."""

from __future__ import annotations

import hashlib
import itertools
from typing import Any

from fastapi.responses import JSONResponse

from sandbox.state import Sandbox

_calls = itertools.count(1)

TOO_MANY = (429, 36009002, "Too many requests. Please try again later.")
EXPIRED = (401, 105002, "Expired credentials. The 'x-tts-access-token' header has expired.")
INTERNAL = (500, 36009003, "Internal error. Please try again later.")
FAILURES = {"rate_limit": TOO_MANY, "bad_token": EXPIRED, "server_error": INTERNAL}
_STATUS = {36009002: 429, 36009037: 429, 105002: 401, 105005: 401, 106001: 401, 36009004: 400}


class Refusal(Exception):
    """The call ends with this status, code and message."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


def invalid(message: str) -> Refusal:
    """The code that many validation faults share; only the text tells them apart."""
    return Refusal(400, 36009004, message)


def answer(box: Sandbox, data: Any = None, status: int = 200, code: int = 0,
           message: str = "Success") -> JSONResponse:  # fmt: skip
    """One enveloped answer; a 429 says when to come back."""
    noise = hashlib.blake2b(str(next(_calls)).encode(), digest_size=10).hexdigest().upper()
    identity = box.clock.now.strftime("%Y%m%d%H%M%S") + noise
    headers = {"X-Tt-Logid": identity}
    if status == 429:
        headers["Retry-After"] = "1"
    return JSONResponse(
        {"code": code, "message": message, "request_id": identity, "data": data},
        status_code=status,
        headers=headers,
    )


def failure(box: Sandbox, kind: str, code: int | None, message: str | None) -> JSONResponse:
    """A planned failure in this API's words."""
    status, usual, text = FAILURES[kind]
    if code is not None:
        status, usual = _STATUS.get(code, status), code
    return answer(box, None, status, usual, message or text)


def emptied(value: dict[str, Any]) -> dict[str, Any]:
    """The same answer without any record."""
    data = value.get("data")
    if isinstance(data, dict):
        for name, held in data.items():
            if isinstance(held, list):
                data[name] = []
        if "total_count" in data:
            data |= {"total_count": 0, "next_page_token": ""}
        if isinstance(data.get("performance"), dict):
            data["performance"]["intervals"] = []
    return value
