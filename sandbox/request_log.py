"""What was asked of the sandbox, without secrets."""

from __future__ import annotations

import re
from collections import Counter, deque
from typing import Any
from urllib.parse import parse_qsl

_SECRET = re.compile(r"secret|token|assertion|password", re.IGNORECASE)


class RequestLog:
    """Counts per method and path, and the last calls in order."""

    def __init__(self, keep: int = 500) -> None:
        self.counts: Counter[str] = Counter()
        self.last: deque[dict[str, Any]] = deque(maxlen=keep)

    def add(self, method: str, path: str, query: str, status: int, fault: str | None,
            milliseconds: float) -> None:  # fmt: skip
        """Note one answered call."""
        self.counts[f"{method} {path}"] += 1
        shown = {
            key: "***" if _SECRET.search(key) else value
            for key, value in parse_qsl(query, keep_blank_values=True)
        }
        self.last.append(
            {"method": method, "path": path, "query": shown, "status": status, "fault": fault,
             "ms": round(milliseconds, 1)}
        )  # fmt: skip

    def clear(self) -> None:
        """Forget everything."""
        self.counts.clear()
        self.last.clear()
