"""What a pull will cost: request windows, calls, seconds at the rate of its budget."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rivage.landing.pulls import calls_per_window
from rivage.landing.store import Store
from rivage.settings import Settings
from rivage.streams.days import request_windows
from rivage.streams.model import Stream
from rivage.windows import Window

_ECB_RATE = 2.0


@dataclass(frozen=True)
class Cost:
    """One stream of one account over its days.

    Args:
        windows: request windows.
        rate: requests a second that the source's budget gives; 0 where it makes none.
        expected: calls, by what the newest pulls needed for a window; None before the first
            pull of this stream and account.
    """

    windows: int
    rate: float
    expected: int | None = None

    @property
    def at_least(self) -> int:
        """A call a window, where there are calls."""
        return self.windows if self.rate else 0

    @property
    def calls(self) -> int:
        return self.expected or self.at_least

    @property
    def seconds(self) -> float:
        """At the rate of the budget; reading and landing come on top."""
        return self.calls / self.rate if self.rate else 0.0


def costs(settings: Settings, pulls: Iterable[tuple[Stream, str, Window]]) -> list[Cost]:
    """The cost of each pull, given as stream, account id and days, from what landing knows."""
    store = Store(settings.landing_url, settings.home / "tmp")
    known: dict[str, dict[str, float]] = {}
    found = []
    for stream, account_id, window in pulls:
        if stream.name not in known:
            known[stream.name] = calls_per_window(store, stream)
        windows, rate = len(request_windows(stream, window)), rate_of(stream.connector, settings)
        each = known[stream.name].get(account_id)
        found.append(Cost(windows, rate, round(windows * each) if rate and each else None))
    return found


def rate_of(connector: str, settings: Settings) -> float:
    """Requests a second that the connector's budget gives; 0 where it makes none."""
    if connector == "ecb":
        return _ECB_RATE
    own = settings.tiktok_ads if connector == "tiktok_creators" else getattr(
        settings, connector, None
    )  # fmt: skip
    return float(getattr(own, "requests_per_second", 0.0))
