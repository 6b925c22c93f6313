"""The one HTTP session of all connectors: timeouts, typed retries, budget, redacted log.

Every failure leaves here as a named error of rivage.errors. Errors of the HTTP library
are never chained to it: their text holds the full URL, which may carry a secret.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import requests
from tenacity import RetryCallState, Retrying, retry_if_exception
from urllib3.exceptions import HTTPError, ReadTimeoutError

from rivage import __version__
from rivage.connectors import calls
from rivage.connectors.answers import Answer, Body, Classify, find_error, read_answer, retry_after
from rivage.connectors.limiter import Limiter
from rivage.connectors.redaction import guard_loggers
from rivage.connectors.retries import Retries, Tries
from rivage.errors import (
    BadRequest,
    NotGranted,
    QuotaExhausted,
    RateLimited,
    RequestTimedOut,
    ResponseTruncated,
    RivageError,
    ServerFailed,
)
from rivage.settings import Settings

__all__ = ["Answer", "Classify", "HttpSession", "Retries"]

log = logging.getLogger("rivage.http")
_CHUNK = 1 << 16
_BODY_PATIENCE = 5
"""A whole body may take this many read timeouts; each single wait is one at most."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


class HttpSession:
    """Sends requests of one API.

    Args:
        limiter: the budget shared with other processes; asked before every attempt.
        retries: how patient to be.
        sleep, clock, now, jitter: seconds, monotonic seconds, aware UTC time and a
            number in [0, 1); tests replace them.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        limiter: Limiter | None = None,
        retries: Retries | None = None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = _utc_now,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._timeout = (settings.connect_timeout, settings.read_timeout)
        self._limiter = limiter
        patient = retries or Retries()
        seconds = min(patient.seconds, settings.retry_seconds)
        first_wait = min(patient.first_wait, settings.retry_first_wait)
        self._retries = replace(patient, seconds=seconds, first_wait=first_wait)
        self._sleep = sleep
        self._clock = clock
        self._now = now
        self._jitter = jitter
        self._http = requests.Session()
        self._http.headers["User-Agent"] = f"rivage/{__version__}"
        # Without this, an entry in ~/.netrc would replace our Authorization header.
        self._http.auth = lambda prepared: prepared
        guard_loggers()

    def send(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        json: Any = None,
        data: Mapping[str, str] | Body | None = None,
        headers: Mapping[str, str] | None = None,
        classify: Classify | None = None,
        plain: bool = False,
        raw: bool = False,
    ) -> Answer:
        """One request, repeated as long as that can help.

        Args:
            plain: a good answer is no JSON (CSV, JSON lines); its text is in `body`.
            raw: plain, and a good answer's body is not even tried as JSON.
            classify: the API's reading of a JSON answer; it may name an error for any
                status and decides alone about answers below 300.

        Raises:
            RivageError: the last named error when repeating could not help.
        """
        tries = Tries(self._retries, self._jitter)

        def attempt() -> Answer:
            tries.attempt += 1
            number = tries.attempt
            return self._once(
                method, url, number, params, json, data, headers, classify, plain or raw, raw
            )

        def announce(state: RetryCallState) -> None:
            error = state.outcome.exception() if state.outcome else None
            log.warning(
                "http_retry place=%s wait=%.1fs attempt=%d error=%s",
                _place(method, url),
                state.upcoming_sleep,
                state.attempt_number,
                type(error).__name__,
            )
            if self._limiter and isinstance(error, RateLimited):
                self._limiter.block(state.upcoming_sleep)

        repeat = Retrying(
            retry=retry_if_exception(tries.worth_repeating),
            wait=tries.wait,
            stop=tries.stop,
            sleep=self._sleep,
            before_sleep=announce,
            reraise=True,
        )
        try:
            return repeat(attempt)
        except RateLimited as limited:
            penalty = self._retries.restricted_seconds
            if penalty and not isinstance(limited, QuotaExhausted) and limited.retry_after is None:
                limited.retry_after = penalty
                if self._limiter:
                    self._limiter.block(penalty)
            raise

    def reach(self, url: str) -> Answer:
        """One unauthenticated GET; any HTTP answer counts, whatever its status.

        Raises:
            ServerFailed, RequestTimedOut: nobody answered.
        """
        return self._answer("GET", url, None, None, None, None)

    def _once(
        self,
        method: str,
        url: str,
        attempt: int,
        params: Mapping[str, str] | None,
        json: Any,
        data: Mapping[str, str] | Body | None,
        headers: Mapping[str, str] | None,
        classify: Classify | None,
        plain: bool,
        raw: bool,
    ) -> Answer:
        if self._limiter:
            self._limiter.wait()
        calls.count()
        place = _place(method, url)
        answer = self._answer(method, url, params, json, data, headers, raw)
        error = find_error(answer, place, classify, plain=plain)
        if isinstance(error, NotGranted):
            error.request_id = answer.request_id
        if type(error) is RateLimited and error.retry_after is None:
            error.retry_after = retry_after(answer.headers, self._now)
        fields = {
            "method": method,
            "path": urlsplit(url).path,
            "status": answer.status,
            "bytes": answer.bytes,
            "ms": round(answer.seconds * 1000),
            "request_id": answer.request_id,
            "attempt": attempt,
            "error": type(error).__name__ if error else "",
        }
        text = " ".join(f"{name}={value}" for name, value in fields.items() if value != "")
        log.info("http_answer %s", text, extra={"event": "http_answer", "fields": fields})
        if error is not None:
            raise error
        return answer

    def _answer(
        self,
        method: str,
        url: str,
        params: Mapping[str, str] | None,
        json: Any,
        data: Mapping[str, str] | Body | None,
        headers: Mapping[str, str] | None,
        raw: bool = False,
    ) -> Answer:
        place = _place(method, url)
        started = self._clock()
        failure: RivageError
        try:
            with self._http.request(
                method,
                url,
                params=params,
                json=json,
                data=data,
                headers=headers,
                timeout=self._timeout,
                allow_redirects=False,
                stream=True,
            ) as response:
                body = self._read(response, started, place)
                took = self._clock() - started
                return read_answer(response.status_code, body, response.headers, took, raw=raw)
        except RivageError:
            raise
        except requests.exceptions.ConnectTimeout:
            # Nobody took the call, so the request was not too heavy: repeating is safe.
            failure = ServerFailed(f"{place}: no connection within {self._timeout[0]:g} s.")
        except requests.exceptions.Timeout:
            failure = RequestTimedOut(f"{place}: no answer within {self._timeout[1]:g} s.")
        except requests.exceptions.ConnectionError:
            failure = ServerFailed(f"{place}: the connection failed or was cut.")
        except ReadTimeoutError:
            failure = RequestTimedOut(f"{place}: the answer stopped half-way.")
        except HTTPError:
            failure = ResponseTruncated(f"{place}: the connection broke inside the answer.")
        except (requests.exceptions.RequestException, ValueError) as problem:
            failure = BadRequest(
                f"{place}: the request could not be built ({type(problem).__name__}).",
                do="Check the base URL: it starts with https:// and names a host.",
            )
        # Raised out here, where no library error is in flight to be chained.
        log.warning("http_no_answer place=%s error=%s", place, type(failure).__name__)
        raise failure

    def _read(self, response: requests.Response, started: float, place: str) -> Body:
        """The whole body; a server that drips bytes for ever is cut off."""
        patience = self._timeout[1] * _BODY_PATIENCE
        chunks = []
        # read1 returns what has arrived; an ordinary read waits until a chunk is full.
        while chunk := response.raw.read1(_CHUNK, decode_content=True):
            chunks.append(chunk)
            if self._clock() - started > patience:
                raise RequestTimedOut(f"{place}: the answer took longer than {patience:g} s.")
        return b"".join(chunks)


def _place(method: str, url: str) -> str:
    parts = urlsplit(url)
    return f"{method} {parts.hostname or ''}{parts.path}"
