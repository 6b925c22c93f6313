"""Token buckets of the property; they refill as the simulated clock moves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sandbox.ga4.errors import GoogleRefusal
from sandbox.state import Sandbox


class Quota:
    """Consumed tokens of the simulated hour and day."""

    def __init__(self) -> None:
        self._hour = self._day = -1
        self.hour_used = self.day_used = self.thresholded = self.open = 0

    def _refill(self, box: Sandbox) -> None:
        hour, day = box.clock.epoch // 3_600, box.clock.epoch // 86_400
        if hour != self._hour:
            self._hour, self.hour_used, self.thresholded = hour, 0, 0
        if day != self._day:
            self._day, self.day_used = day, 0

    def check(self, box: Sandbox) -> None:
        """Refuse when a bucket is empty."""
        self._refill(box)
        limits = box.settings
        back = "These quota tokens will return in"
        if self.day_used >= limits.ga4_tokens_per_day:
            text = f"Exhausted property tokens per day. {back} under 24 hours."
        elif self.hour_used >= limits.ga4_tokens_per_hour:
            text = f"Exhausted property tokens per hour. {back} under an hour."
        elif self.hour_used >= limits.ga4_tokens_per_project_hour:
            text = f"Exhausted property tokens for a project per hour. {back} under an hour."
        elif self.thresholded >= limits.ga4_thresholded_requests:
            text = "Exhausted potentially thresholded requests quota."
        else:
            return
        raise GoogleRefusal(429, "RESOURCE_EXHAUSTED", text)

    @contextmanager
    def slot(self, box: Sandbox) -> Iterator[None]:
        """Count a request as open while it is answered; refuse one too many."""
        if self.open >= box.settings.ga4_concurrent_requests:
            raise GoogleRefusal(429, "RESOURCE_EXHAUSTED", "Exhausted concurrent requests quota.")
        self.open += 1
        try:
            yield
        finally:
            self.open -= 1

    def spend(self, box: Sandbox, fields: int, days: int, rows: int) -> dict[str, dict[str, int]]:
        """Take the tokens of one report; the `propertyQuota` to show."""
        cost = 1 + fields // 5 + days // 90 + rows // 5_000
        self.hour_used += cost
        self.day_used += cost
        self.thresholded += bool(box.settings.ga4_threshold_users)
        limits = box.settings

        def bucket(limit: int, used: int, consumed: int = cost) -> dict[str, int]:
            return {"consumed": consumed, "remaining": max(0, limit - used)}

        return {
            "tokensPerDay": bucket(limits.ga4_tokens_per_day, self.day_used),
            "tokensPerHour": bucket(limits.ga4_tokens_per_hour, self.hour_used),
            "concurrentRequests": bucket(limits.ga4_concurrent_requests, self.open, 0),
            "serverErrorsPerProjectPerHour": bucket(10, 0, 0),
            "potentiallyThresholdedRequestsPerHour": bucket(
                limits.ga4_thresholded_requests, self.thresholded, 0
            ),
            "tokensPerProjectPerHour": bucket(limits.ga4_tokens_per_project_hour, self.hour_used),
        }
