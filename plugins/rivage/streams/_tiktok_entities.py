"""How campaigns, ad groups and ads are asked for."""

from __future__ import annotations

from typing import Any

# Without STATUS_ALL the names of deleted entities vanish while their spend stays.
EVERYTHING = {"primary_status": "STATUS_ALL"}

# The default leaves TopView out, and the API refuses it next to any other buying type.
# Lists of TopView alone have smaller pages.
CALLS: tuple[dict[str, Any], ...] = (
    {
        "filtering": {**EVERYTHING, "buying_types": ("AUCTION", "RESERVATION_RF")},
        "page_size": 1000,
    },
    {"filtering": {**EVERYTHING, "buying_types": ("RESERVATION_TOP_VIEW",)}, "page_size": 100},
)
