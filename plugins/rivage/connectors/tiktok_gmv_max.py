"""GMV Max of the Marketing API: campaigns and reports that its other reports leave out.

Source: GET /gmv_max/store/list/, /gmv_max/campaign/get/ and /gmv_max/report/get/.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from rivage.connectors.answers import Answer
from rivage.connectors.base import Page
from rivage.connectors.limiter import Limiter
from rivage.connectors.tiktok_lists import API_VERSION, TikTokReads, read_list
from rivage.connectors.walks import Totals, walk_steadily
from rivage.errors import SchemaBroke
from rivage.settings import Settings
from rivage.streams.model import Stream
from rivage.windows import Window

CAMPAIGNS = "gmv_max/campaign/get/"
REPORT = "gmv_max/report/get/"
_STORES = "gmv_max/store/list/"
_CAMPAIGNS_PER_PAGE = 100
_ROWS_PER_PAGE = 1_000
_CAMPAIGNS_PER_CALL = 100
# 240 reports a minute and app on the lowest tier, whatever the general budget allows.
_REPORTS_PER_SECOND = 4.0
# The two endpoints have different words for the same thing.
_LISTED_AS = {"PRODUCT": "PRODUCT_GMV_MAX", "LIVE": "LIVE_GMV_MAX"}


class GmvMax:
    """Reads GMV Max through the Marketing API's calls.

    Args:
        app: names the developer app, whose budget all processes share.
    """

    def __init__(self, settings: Settings, reads: TikTokReads, app: str) -> None:
        self._reads = reads
        self._budget = Limiter(
            settings.limits, f"tiktok_gmv_max_reports-{app}", _REPORTS_PER_SECOND
        )

    def pages(self, stream: Stream, advertiser_id: str, window: Window) -> Iterator[Page]:
        """Campaigns as they are now, or the report of the window for each promoted store.

        Rows are stamped with what the API leaves out: `gmv_max_promotion_type`, and in
        reports `store_id`. An advertiser without such a store has none.
        """
        stores = self._stores(advertiser_id)
        if not stores:
            return
        for kind in stream.options["promotion_types"]:
            if stream.endpoint == CAMPAIGNS:
                pages = self._campaigns(advertiser_id, kind)
                yield from _stamped(pages, {"gmv_max_promotion_type": kind})
                continue
            for store in stores:
                pages = self._report(stream, advertiser_id, store, kind, window)
                stamp = {"gmv_max_promotion_type": kind, "store_id": store}
                yield from _stamped(pages, stamp)

    def _stores(self, advertiser_id: str) -> list[str]:
        """Stores this advertiser may promote; the list has no pages."""
        answer = self._reads.get(_STORES, {"advertiser_id": advertiser_id})
        data = answer.json.get("data")
        found = data.get("store_list") if isinstance(data, dict) else None
        if not isinstance(found, list):
            raise SchemaBroke(f"/{_STORES} answered without `store_list`.")
        return [str(one["store_id"]) for one in found if one.get("is_gmv_max_available")]

    def _campaigns(self, advertiser_id: str, kind: str) -> Iterator[Page]:
        params = {
            "advertiser_id": advertiser_id,
            "filtering": {
                "gmv_max_promotion_types": [_LISTED_AS[kind]],
                # The default hides deleted campaigns, whose cost stays.
                "primary_status": "STATUS_ALL",
            },
        }
        return self._walk(CAMPAIGNS, params, _CAMPAIGNS_PER_PAGE)

    def _report(
        self, stream: Stream, advertiser_id: str, store: str, kind: str, window: Window
    ) -> Iterator[Page]:
        options = stream.options
        base = {
            "advertiser_id": advertiser_id,
            "store_ids": [store],  # exactly one
            "start_date": str(window.start),
            "end_date": str(window.end),
            "dimensions": options["dimensions"],
            "metrics": [*options["metrics"], *options.get(f"{kind.lower()}_metrics", ())],
            # Without an order, pages overlap.
            "sort_field": "cost",
            "sort_type": "DESC",
        }
        # An object here, where the other reports take a list of conditions.
        filtering = {"gmv_max_promotion_types": [kind], "campaign_statuses": ["STATUS_ALL"]}
        if not options.get("by_campaign"):
            yield from self._walk(REPORT, {**base, "filtering": filtering}, _ROWS_PER_PAGE)
            return
        pages = self._campaigns(advertiser_id, kind)
        campaigns = [str(one["campaign_id"]) for page in pages for one in page.records]
        for start in range(0, len(campaigns), _CAMPAIGNS_PER_CALL):
            chosen = {**filtering, "campaign_ids": campaigns[start : start + _CAMPAIGNS_PER_CALL]}
            yield from self._walk(REPORT, {**base, "filtering": chosen}, _ROWS_PER_PAGE)

    def _walk(self, endpoint: str, params: Mapping[str, Any], size: int) -> Iterator[Page]:
        def once(totals: Totals) -> Iterator[Page]:
            number = 1
            while True:
                answer = self._get(endpoint, {**params, "page": number, "page_size": size})
                records, total, of = read_list(answer, endpoint)
                totals.add(total, len(records))
                of = max(of, 1)
                yield Page(records, answer.request_id, API_VERSION, answer.bytes, number, of)
                if number >= of:
                    return
                number += 1

        return walk_steadily(once)

    def _get(self, endpoint: str, params: Mapping[str, Any]) -> Answer:
        if endpoint == REPORT:
            self._budget.wait()
        return self._reads.get(endpoint, params)


def _stamped(pages: Iterator[Page], stamp: Mapping[str, str]) -> Iterator[Page]:
    for page in pages:
        yield replace(page, records=[{**one, **stamp} for one in page.records])
