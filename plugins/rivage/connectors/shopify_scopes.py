"""What an app without some of the shop's scopes still reads, and what it must not pretend.

Source: Admin API access scopes; orders older than 60 days need read_all_orders, products and
variants, also those of an order's lines, need read_products.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from rivage.connectors.shopify_query import Selection
from rivage.errors import NotGranted

SHORT_HISTORY = timedelta(days=60)
_PRODUCT_IDS = "product { id } variant { id }"


def refuse_older(granted: Collection[str] | None, start: datetime, now: datetime) -> list[str]:
    """Doubts about orders older than 60 days.

    Args:
        granted: the app's scopes, None when the shop does not say.

    Raises:
        NotGranted: the window begins before them and the app lacks read_all_orders; the
            shop would leave the older orders out without a word.
    """
    if granted and "read_all_orders" in granted:
        return []
    oldest = now - SHORT_HISTORY
    told = f"orders created before {oldest:%Y-%m-%d} are left out of every answer"
    if granted is None:
        doubt = f"The shop does not say which scopes are granted; without read_all_orders, {told}."
        return [doubt] if start < oldest else []
    if start < oldest:
        raise NotGranted(
            f"The app lacks the scope read_all_orders, so {told}.",
            do=f"Have read_all_orders approved, or read from {oldest:%Y-%m-%d} on.",
            scope="read_all_orders",
        )
    return [f"Without the scope read_all_orders, later changes of {told}."]


def readable(
    chosen: tuple[Selection, ...], granted: Collection[str] | None
) -> tuple[tuple[Selection, ...], list[str]]:
    """What may be selected of orders, and a note where that is less than was asked."""
    if granted is None or "read_products" in granted:
        return chosen, []
    note = "Without the scope read_products, lines come without the ids of product and variant."
    return tuple(_without_products(each) for each in chosen), [note]


def _without_products(chosen: Selection) -> Selection:
    lists = {
        name: replace(each, node=each.node.replace(_PRODUCT_IDS, ""))
        for name, each in chosen.lists.items()
    }
    return replace(chosen, lists=lists)
