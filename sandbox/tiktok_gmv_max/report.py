"""`GET /gmv_max/report/get/`: groupings, metrics and limits that the other reports do not have."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from fastapi import Request

from sandbox.state import Sandbox
from sandbox.tiktok_ads.access import advertiser_position, array, paging, parsed, required
from sandbox.tiktok_ads.envelope import CONFLICT, Refusal, page_info
from sandbox.tiktok_gmv_max.campaigns import available_store, room_facts
from sandbox.tiktok_gmv_max.figures import Cell, cells
from sandbox.world import brand, shop_plan
from sandbox.world.shop_plan import PROMOTIONS

_TIME = {"stat_time_day": 30, "stat_time_hour": 1}
_LONGEST = 365
_MONEY = ("cost", "orders", "cost_per_order", "gross_revenue", "roi")
_LIVE_COUNTS = ("live_views", "cost_per_live_view", "10_second_live_views",
                "cost_per_10_second_live_view", "live_follows")  # fmt: skip
_ATTRIBUTES = {
    "campaign": ("campaign_id", "campaign_name", "operation_status", "schedule_type",
                 "target_roi_budget", "bid_type", "roas_bid"),
    "product": ("product_name", "item_group_id", "product_status", "bid_type"),
    "room": ("live_name", "live_status", "live_launched_time", "live_duration"),
}  # fmt: skip
_GROUPINGS = {
    frozenset({"advertiser_id"}): "overview",
    frozenset({"campaign_id"}): "campaign",
    frozenset({"item_group_id"}): "product",
    frozenset({"campaign_id", "item_group_id"}): "product",
    frozenset({"room_id"}): "room",
    frozenset({"campaign_id", "room_id"}): "room",
}


def run_report(box: Sandbox, request: Request) -> tuple[dict[str, Any], dict[str, str]]:
    """Rows, all values text; `-` for a figure that has no denominator."""
    advertiser = advertiser_position(box, required(request, "advertiser_id"))
    stores = array(request, "store_ids")
    if stores is None or len(stores) != 1:
        raise Refusal(40002, "store_ids: Exactly one store ID is required.")
    available_store(advertiser, str(stores[0]))
    dimensions, level = _dimensions(request)
    filtering = parsed(request.query_params.get("filtering"), "filtering", dict) or {}
    live = _promotion_type(filtering, level)
    metrics = _metrics(request, level, live, dimensions, filtering)
    first, last = _dates(request, dimensions)
    page, page_size = paging(box, request)
    limit = box.settings.tiktok_gmv_max_qps
    if box.rates.hit("gmv_max_report", limit):
        raise Refusal(40100, "Due to too many requests, requests from App "
                      f"{box.credentials.tiktok_app_id} are temporarily restricted.")  # fmt: skip
    rows = _rows(box, dimensions, metrics, (first, last), _wanted(box, filtering, live))
    shown = rows[(page - 1) * page_size : page * page_size]
    return {"list": shown, "page_info": page_info(page, page_size, len(rows))}, {}


def _dimensions(request: Request) -> tuple[list[str], str]:
    required(request, "dimensions")
    dimensions = [str(one) for one in array(request, "dimensions") or []]
    times = [one for one in dimensions if one in _TIME]
    level = _GROUPINGS.get(frozenset(dimensions) - set(_TIME))
    if level is None or len(times) > 1:
        raise Refusal(40002, CONFLICT)
    return dimensions, level


def _promotion_type(filtering: dict[str, Any], level: str) -> bool | None:
    """True for LIVE, False for PRODUCT, None for both."""
    types = filtering.get("gmv_max_promotion_types")
    if types is not None and not isinstance(types, list):
        raise Refusal(40002, "filtering.gmv_max_promotion_types: Field must be set to array")
    for one in types or ():
        if one not in ("PRODUCT", "LIVE"):
            raise Refusal(40002, f"filtering.gmv_max_promotion_types: Invalid enum value {one}.")
    if level == "campaign" and (types is None or len(types) != 1):
        raise Refusal(40002, "filtering.gmv_max_promotion_types: Missing data for required field.")
    if level in ("product", "room") and not filtering.get("campaign_ids"):
        raise Refusal(40002, "filtering.campaign_ids: Missing data for required field.")
    if level in ("product", "room"):
        return level == "room"
    return types[0] == "LIVE" if types and len(types) == 1 else None


def _metrics(request: Request, level: str, live: bool | None, dimensions: list[str],
             filtering: dict[str, Any]) -> list[str]:  # fmt: skip
    required(request, "metrics")
    metrics = [str(one) for one in array(request, "metrics") or []]
    known = set(_MONEY)
    if level in ("overview", "campaign"):
        known |= {"net_cost"}
    if live and level in ("campaign", "room"):
        known |= set(_LIVE_COUNTS)
    ids = [one for one in dimensions if one not in _TIME]
    single = {"product": "item_group_ids", "room": "room_ids"}.get(level, "")
    # Names and states only where one id is meant.
    if level == "campaign" or (len(ids) == 1 and len(filtering.get(single) or ()) == 1):
        known |= set(_ATTRIBUTES.get(level, ()))
    wrong = [one for one in metrics if one not in known]
    if wrong:
        raise Refusal(
            40002,
            "Please correct the information in invalid metric fields and try again. Invalid "
            f"metric fields: {wrong}. ",
        )
    return metrics


def _dates(request: Request, dimensions: list[str]) -> tuple[date, date]:
    try:
        first, last = (
            date.fromisoformat(required(request, name)) for name in ("start_date", "end_date")
        )
    except ValueError:
        raise Refusal(40002, "start_date: Not a valid date.") from None
    longest = min([_TIME[one] for one in dimensions if one in _TIME], default=_LONGEST)
    if not first <= last or (last - first).days >= longest:
        raise Refusal(40002, f"The time span between start_date and end_date exceeds {longest}.")
    return first, last


def _wanted(box: Sandbox, filtering: dict[str, Any], live: bool | None) -> Callable[[Cell], bool]:
    lives = box.world.content.lives
    names = ("campaign_ids", "item_group_ids", "room_ids")
    for name in names:
        if len(filtering.get(name) or ()) > 100:
            raise Refusal(40011, f"filtering.{name}: Longer than maximum length 100.")
    campaigns, products, rooms = (filtering.get(name) for name in names)
    all_states = "STATUS_ALL" in (filtering.get("campaign_statuses") or ())

    def keep(cell: Cell) -> bool:
        promotion = PROMOTIONS[cell.promotion]
        return (
            live in (None, promotion.live)
            and (not campaigns or promotion.campaign_id in campaigns)
            and (
                not products
                or (not promotion.live and shop_plan.product_id(cell.target) in products)
            )
            and (not rooms or (promotion.live and lives[cell.target].room_id in rooms))
            and (all_states or promotion.deleted is None or bool(campaigns))
        )

    return keep


def _rows(box: Sandbox, dimensions: list[str], metrics: list[str], span: tuple[date, date],
          keep: Callable[[Cell], bool]) -> list[dict[str, Any]]:  # fmt: skip
    groups: dict[tuple[str, ...], list[Cell]] = {}
    for offset in range((span[1] - span[0]).days + 1):
        for cell in cells(box, span[0] + timedelta(days=offset)):
            if keep(cell):
                key = tuple(_dimension(box, name, cell) for name in dimensions)
                groups.setdefault(key, []).append(cell)
    return [
        {
            "dimensions": dict(zip(dimensions, key, strict=True)),
            "metrics": {name: _metric(box, name, group) for name in metrics},
        }
        for key, group in sorted(groups.items())
    ]


def _dimension(box: Sandbox, name: str, cell: Cell) -> str:
    if name == "advertiser_id":
        return box.world.accounts.advertisers[0].advertiser_id
    if name == "campaign_id":
        return PROMOTIONS[cell.promotion].campaign_id
    if name == "item_group_id":
        return shop_plan.product_id(cell.target)
    if name == "room_id":
        return box.world.content.lives[cell.target].room_id
    hour = cell.hour if name == "stat_time_hour" else 0
    return f"{cell.day.isoformat()} {hour:02d}:00:00"


def _metric(box: Sandbox, name: str, group: list[Cell]) -> str:
    cost = sum(cell.cost for cell in group)
    orders = len({cell.order for cell in group if cell.order})
    revenue = sum(cell.revenue for cell in group)
    first = group[0]
    if name in _LIVE_COUNTS:
        return _live(box, name, group, cost)
    plain: dict[str, Callable[[], str]] = {
        "cost": lambda: _euros(cost),
        "net_cost": lambda: _euros(sum(cell.net_cost for cell in group)),
        "orders": lambda: str(orders),
        "cost_per_order": lambda: _euros(cost / orders) if orders else "-",
        "gross_revenue": lambda: _euros(revenue),
        "roi": lambda: f"{revenue / cost:.2f}" if round(cost) else "-",
        "product_name": lambda: brand.PRODUCTS[first.target].title,
        "product_status": lambda: "available",
        "item_group_id": lambda: shop_plan.product_id(first.target),
    }
    if name in plain:
        return plain[name]()
    if name.startswith("live_"):
        return room_facts(box, first.target)[name]
    promotion = PROMOTIONS[first.promotion]
    return {
        "campaign_id": promotion.campaign_id,
        "campaign_name": promotion.name,
        "operation_status": "ENABLE" if promotion.deleted is None else "DISABLE",
        "schedule_type": "Continuously",
        "target_roi_budget": _euros(promotion.daily_budget_cents * box.world.config.scale),
        "bid_type": "CUSTOM",
        "roas_bid": f"{promotion.target_roi:.2f}",
    }[name]


def _live(box: Sandbox, name: str, group: list[Cell], cost: float) -> str:
    rooms = {cell.target for cell in group}
    # A third of a room's viewers come through the campaign.
    views = sum(int(2_600 * box.world.content.lives[room].strength / 3) for room in rooms)
    counts = {"live_views": views, "10_second_live_views": views * 4 // 10,
              "live_follows": views // 60}  # fmt: skip
    if name in counts:
        return str(counts[name])
    of = counts["live_views" if name == "cost_per_live_view" else "10_second_live_views"]
    return _euros(cost / of) if of else "-"


def _euros(cents: float) -> str:
    return f"{cents / 100:.2f}"
