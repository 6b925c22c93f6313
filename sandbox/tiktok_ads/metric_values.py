"""Each computed metric as text, from integer cells (contract: tiktok.md 4.2 number habits).

Money has two decimals, rates are percent numbers with two decimals, a zero denominator gives 0.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sandbox.tiktok_ads.cube import ROW
from sandbox.tiktok_ads.metric_names import COMPUTED, WITHOUT_VALUE
from sandbox.world.delivery import reach
from sandbox.world.draws import I64

Column = NDArray[Any]
ZERO_MONEY, ZERO_COUNT = "0.00", "0"

_COUNTS = {
    "impressions": "impressions", "gross_impressions": "impressions", "clicks": "clicks",
    "conversion": "purchases", "complete_payment": "purchases",
    "real_time_conversion": "purchases_by_conversion_time",
    "page_content_view_events": "page_views", "web_event_add_to_cart": "carts",
    "initiate_checkout": "checkouts", "vta_conversion": "view_purchases",
    "vta_complete_payment": "view_purchases", "cta_conversion": "click_purchases",
    "engaged_view_through_conversions": "engaged_purchases",
    "evta_payments_completed": "engaged_purchases",
}  # fmt: skip
_MONEY = {
    "spend": "spend", "billed_cost": "spend", "cash_spend": "spend",
    "total_complete_payment_rate": "value", "vta_complete_payment_value": "view_value",
}  # fmt: skip
# cost of one X: spend / cell
_COST_PER = {
    "cpc": "clicks", "cost_per_conversion": "purchases", "cost_per_complete_payment": "purchases",
    "real_time_cost_per_conversion": "purchases_by_conversion_time",
    "cost_per_page_content_view_event": "page_views", "cost_per_web_event_add_to_cart": "carts",
    "cost_per_initiate_checkout": "checkouts", "cost_per_vta_conversion": "view_purchases",
    "cost_per_vta_payments_completed": "view_purchases",
    "cost_per_cta_conversion": "click_purchases",
    "cost_per_engaged_view_through_conversion": "engaged_purchases",
    "cost_per_evta_payments_completed": "engaged_purchases",
}  # fmt: skip
# percent of: (numerator, denominator)
_RATES = {
    "ctr": ("clicks", "impressions"), "conversion_rate": ("purchases", "clicks"),
    "conversion_rate_v2": ("purchases", "impressions"),
    "real_time_conversion_rate": ("purchases_by_conversion_time", "clicks"),
    "real_time_conversion_rate_v2": ("purchases_by_conversion_time", "impressions"),
    "complete_payment_rate": ("purchases", "clicks"),
    "page_content_view_event_rate": ("page_views", "clicks"),
    "web_event_add_to_cart_rate": ("carts", "clicks"),
    "initiate_checkout_rate": ("checkouts", "clicks"),
    "profile_visits_rate": ("profile_visits", "impressions"),
}  # fmt: skip
_ENGAGEMENTS = ("clicks", "likes", "comments", "shares", "follows", "profile_visits",
                "clicks_on_music_disc")  # fmt: skip
# Value of earlier funnel steps, in cents per event: the pixel sends the product price.
_STEP_VALUE = {"page_content_view_event": ("page_views", 3_000),
               "web_event_add_to_cart": ("carts", 3_400),
               "initiate_checkout": ("checkouts", 5_200)}  # fmt: skip
_TOTAL_STEP_VALUE = {
    "total_page_view_content_events_value": "page_content_view_event",
    "total_web_event_add_to_cart_value": "web_event_add_to_cart",
    "total_initiate_checkout_value": "initiate_checkout",
}


def _ratio(top: Column, bottom: Column, factor: float = 1.0) -> Column:
    return np.divide(top * factor, bottom, out=np.zeros(len(top)), where=bottom != 0)


def _decimals(values: Column, places: int = 2) -> list[str]:
    return [f"{value:.{places}f}" for value in values.tolist()]


def _integers(values: Column) -> list[str]:
    return [str(value) for value in values.tolist()]


class MetricTexts:
    """Columns of text for rows given as cells [ROWS, row]; `goals` has one objective per row."""

    def __init__(self, cells: I64, goals: list[str], whole_money: bool) -> None:
        self.cells, self.goals = cells, goals
        self.money_places = 0 if whole_money else 2
        self.reach = reach(self["reach_base"])

    def __getitem__(self, name: str) -> I64:
        return np.asarray(self.cells[ROW[name]])

    def column(self, name: str) -> list[str]:
        """Texts of one metric."""
        rows = self.cells.shape[1]
        if name in WITHOUT_VALUE:
            return ["-"] * rows
        if name not in COMPUTED:
            money = any(part in name for part in ("cost", "value", "rate", "roas", "spend"))
            return [ZERO_MONEY if money else ZERO_COUNT] * rows
        if name in _COUNTS:
            return _integers(self[_COUNTS[name]])
        if name in _MONEY:
            return self._money(self[_MONEY[name]] / 100)
        if name in _COST_PER:
            return self._money(_ratio(self["spend"], self[_COST_PER[name]], 0.01))
        if name in _RATES:
            top, bottom = _RATES[name]
            return _decimals(_ratio(self[top], self[bottom], 100.0))
        if name in ROW:
            return _integers(self[name])
        return self._special(name)

    def _money(self, euros: Column) -> list[str]:
        return _decimals(euros, self.money_places)

    def _result(self, name: str) -> Column:
        conversions = "purchases_by_conversion_time" if "real_time" in name else "purchases"
        by_goal = {"WEB_CONVERSIONS": self[conversions], "TRAFFIC": self["clicks"],
                   "REACH": self.reach}  # fmt: skip
        return np.array([by_goal[goal][row] for row, goal in enumerate(self.goals)], dtype=np.int64)

    def _special(self, name: str) -> list[str]:
        if name in _SPECIAL:
            return _SPECIAL[name](self)
        if name.endswith("cost_per_result"):
            return _decimals(_ratio(self["spend"], self._result(name), 0.01), 4)
        if name.endswith("result_rate"):
            return _decimals(_ratio(self._result(name), self["impressions"], 100.0))
        if name.endswith("result"):
            return _integers(self._result(name))
        if name.startswith("value_per_") and name != "value_per_complete_payment":
            row, cents = _STEP_VALUE[name.removeprefix("value_per_")]
            return self._money(np.where(self[row] > 0, cents / 100, 0.0))
        row, cents = _STEP_VALUE[_TOTAL_STEP_VALUE[name]]
        return self._money(self[row] * cents / 100)

    def engagements(self) -> Column:
        """Every interaction with the ad."""
        return np.asarray(sum(self[name] for name in _ENGAGEMENTS))

    def landing_views(self) -> Column:
        """Clicks whose page loaded, as the platform estimates it."""
        return np.asarray((self["clicks"] * 0.83).astype(np.int64))


_SPECIAL: dict[str, Callable[[MetricTexts], list[str]]] = {
    "cpm": lambda t: t._money(_ratio(t["spend"], t["impressions"], 10.0)),
    "voucher_spend": lambda t: [ZERO_MONEY] * t.cells.shape[1],
    "reach": lambda t: _integers(t.reach),
    "live_unique_views": lambda t: _integers(reach(t["live_views"])),
    "frequency": lambda t: _decimals(_ratio(t["reach_base"], t.reach)),
    "cost_per_1000_reached": lambda t: t._money(_ratio(t["spend"], t.reach, 10.0)),
    "average_video_play": lambda t: _decimals(
        _ratio(t["watch_ms"], t["video_play_actions"], 0.001)
    ),
    "average_video_play_per_user": lambda t: _decimals(_ratio(t["watch_ms"], t.reach, 0.001)),
    "engagements": lambda t: _integers(t.engagements()),
    "engagement_rate": lambda t: _decimals(_ratio(t.engagements(), t["impressions"], 100.0)),
    "complete_payment_roas": lambda t: _decimals(_ratio(t["value"], t["spend"])),
    "vta_complete_payment_roas": lambda t: _decimals(_ratio(t["view_value"], t["spend"])),
    "value_per_complete_payment": lambda t: t._money(_ratio(t["value"], t["purchases"], 0.01)),
    "total_landing_page_view": lambda t: _integers(t.landing_views()),
    "cost_per_landing_page_view": lambda t: t._money(_ratio(t["spend"], t.landing_views(), 0.01)),
    "landing_page_view_rate": lambda t: _decimals(_ratio(t.landing_views(), t["clicks"], 100.0)),
}
