"""What a platform refused: written once, superseded by a later pull, tried again weekly."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from rivage.landing import refusals
from rivage.landing.refusals import Refusal
from rivage.landing.store import Store

T0 = datetime(2026, 9, 10, 6, tzinfo=UTC)
DAY = timedelta(days=1)
SHOP = Refusal(
    stream="tiktok_shop__affiliate_orders",
    account_id="7001",
    refused_at=T0,
    scope="seller.affiliate_collaboration.read",
    what="The Shop API answered code 105005 (HTTP 401): Access denied.",
    do="Enable the permission in Partner Center.",
    request_id="req-1",
)


@pytest.fixture(params=["folder", "object store"])
def store(tmp_path: Path, request: pytest.FixtureRequest) -> Store:
    """Landing in a folder, and in memory behind the interface that object stores have."""
    if request.param == "folder":
        return Store(tmp_path / "landing", tmp_path / "tmp")
    return Store(f"memory://refusals-{tmp_path.name}/landing", tmp_path / "tmp")


def landed(store: Store, when: datetime, account: str = "7001") -> None:
    """A manifest's place is all that counts; the name tells when its pull began."""
    stamp = f"{when:%Y%m%dT%H%M%S%f}Z-0123abcd"
    key = f"tiktok_shop/{SHOP.stream}/account={account}/window={date(2026, 9, 9)}/{stamp}.json"
    with store.spool() as spool:
        store.put_text("{}", key, spool)


def test_what_was_written_is_read_back(store: Store) -> None:
    refusals.write(store, SHOP)
    assert refusals.newest(store) == {(SHOP.stream, "7001"): replace(SHOP, since=T0)}
    assert refusals.in_force(store, SHOP.stream, "7001", T0) == replace(SHOP, since=T0)
    assert refusals.in_force(store, SHOP.stream, "7002", T0) is None
    assert refusals.in_force(store, SHOP.stream, "7001", T0 - DAY) is None  # not yet known then


def test_it_is_no_landed_data(store: Store) -> None:
    refusals.write(store, SHOP)
    assert list(store.manifests()) == []
    assert list(store.manifests("tiktok_shop")) == []


def test_the_newest_counts_and_says_since_when(store: Store) -> None:
    refusals.write(store, SHOP)
    again = refusals.write(store, replace(SHOP, refused_at=T0 + 7 * DAY, request_id="req-2"))
    assert (again.refused_at, again.began) == (T0 + 7 * DAY, T0)
    assert refusals.newest(store)[SHOP.stream, "7001"] == again
    assert again.next_try == T0 + 14 * DAY


def test_a_later_pull_supersedes_it_and_an_earlier_one_does_not(store: Store) -> None:
    landed(store, T0 - DAY)
    landed(store, T0 + DAY, account="7002")
    refusals.write(store, SHOP)
    assert refusals.in_force(store, SHOP.stream, "7001", T0 + 2 * DAY)
    landed(store, T0 + DAY)
    assert refusals.in_force(store, SHOP.stream, "7001", T0 + 2 * DAY) is None
    assert refusals.all_in_force(store, T0 + 2 * DAY) == []
    # As of an hour before that pull it still counted.
    assert refusals.in_force(store, SHOP.stream, "7001", T0 + 23 * DAY / 24)


def test_taken_away_again_it_counts_from_the_new_refusal_on(store: Store) -> None:
    refusals.write(store, SHOP)
    landed(store, T0 + DAY)
    later = refusals.write(store, replace(SHOP, refused_at=T0 + 3 * DAY))
    assert later.began == T0 + 3 * DAY
    assert refusals.in_force(store, SHOP.stream, "7001", T0 + 3 * DAY) == later


def test_an_answer_that_landed_nothing_lifts_it_too(store: Store) -> None:
    refusals.write(store, SHOP)
    refusals.write_granted(store, SHOP.stream, "7001", T0 + DAY)
    assert refusals.newest(store) == {}
    assert refusals.in_force(store, SHOP.stream, "7001", T0 + DAY) is None
    assert refusals.in_force(store, SHOP.stream, "7001", T0 + DAY / 2)


def test_it_is_due_after_seven_days(store: Store) -> None:
    kept = refusals.write(store, SHOP)
    assert not refusals.due(kept, T0 + 7 * DAY - timedelta(seconds=1))
    assert refusals.due(kept, T0 + 7 * DAY)
