"""Counts calls of the last wall-clock second."""

from __future__ import annotations

import time
from collections import Counter, defaultdict, deque


class RateWindow:
    """Calls of the last wall-clock second, per key."""

    def __init__(self) -> None:
        self._calls: dict[str, deque[float]] = defaultdict(deque)
        self.calls: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()

    def hit(self, key: str, limit: int) -> int | None:
        """Note a call; the number of calls in this second when it exceeds the limit."""
        calls, now = self._calls[key], time.monotonic()
        while calls and now - calls[0] >= 1.0:
            calls.popleft()
        calls.append(now)
        self.calls[key] += 1
        if not limit or len(calls) <= limit:
            return None
        self.refused[key] += 1
        return len(calls)
