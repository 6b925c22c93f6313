"""When a failed request is worth sending again, and after how many seconds.

Only errors that call themselves transient are repeated, with growing, jittered waits.
A long wait is not slept here: it is raised, so that the scheduler can free the slot.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from tenacity import RetryCallState

from rivage.errors import QuotaExhausted, RateLimited, RequestTimedOut, RivageError, ServerFailed


@dataclass(frozen=True)
class Retries:
    """How patient one request is.

    Args:
        attempts: sends in total.
        seconds: longest time from the first send to the last, waits included.
        first_wait, longest_wait: seconds; waits double in between. An API that asks
            for more than `longest_wait` is not retried here.
        server_failures: sends that may fail on the server's side; some APIs lock a
            project out after a handful of 5xx within an hour.
        restricted_seconds: how long an app that stays rate-limited is left alone by
            every process; 0 for APIs without such penalties.
    """

    attempts: int = 6
    seconds: float = 180.0
    first_wait: float = 1.0
    longest_wait: float = 60.0
    server_failures: int = 6
    restricted_seconds: float = 0.0


@dataclass
class Tries:
    """The memory of one request's attempts; tenacity asks it after each failure."""

    policy: Retries
    jitter: Callable[[], float]
    attempt: int = 0
    _server_failures: int = field(default=0, init=False)
    _timeouts: int = field(default=0, init=False)

    def worth_repeating(self, error: BaseException) -> bool:
        """True when sending the very same request again can help."""
        if not isinstance(error, RivageError) or not error.transient:
            return False
        if isinstance(error, QuotaExhausted):
            return False
        if isinstance(error, RateLimited):
            return (error.retry_after or 0.0) <= self.policy.longest_wait
        if isinstance(error, RequestTimedOut):
            # A shape that keeps timing out gets blocked; the connector must shrink it.
            self._timeouts += 1
            if self._timeouts > 1:
                return False
        if isinstance(error, ServerFailed):
            self._server_failures += 1
            return self._server_failures < self.policy.server_failures
        return True

    def wait(self, state: RetryCallState) -> float:
        """Seconds before the next attempt: what the API asks, else doubling with jitter."""
        error = state.outcome.exception() if state.outcome else None
        asked = error.retry_after if isinstance(error, RateLimited) else None
        if asked is not None:
            # The spread keeps parallel processes from returning in the same instant.
            return asked + self.jitter() * self.policy.first_wait
        step = self.policy.first_wait * 2.0 ** (state.attempt_number - 1)
        return min(step, self.policy.longest_wait) * (0.5 + self.jitter() / 2)

    def stop(self, state: RetryCallState) -> bool:
        """True when the attempts or the time are used up."""
        # `idle_for` counts the waits themselves, also where the clock is not the real one.
        spent = max(state.idle_for, state.seconds_since_start or 0.0)
        return (
            state.attempt_number >= self.policy.attempts
            or spent + state.upcoming_sleep > self.policy.seconds
        )
