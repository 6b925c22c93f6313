"""Every order's weights, worked out again in plain Python from the published touches."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.conftest import Pipeline

pytestmark = [pytest.mark.pipeline, pytest.mark.timeout(600)]

PAID = ("TikTok Paid", "TikTok Paid (click id)")
RULES = (
    "first_touch", "last_touch", "last_non_direct", "linear", "position", "time_decay",
    "w_shaped", "full_path", "platform_tiktok", "equal_split",
)  # fmt: skip


@dataclass(frozen=True)
class Touch:
    """What a rule may look at; `days` are days before the order."""

    channel: str
    days: float
    saw_product: bool
    filled_cart: bool


def rows(home: Path, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(home / "published" / "marts.duckdb"), read_only=True) as db:
        return db.execute(query).fetchall()


def weights(touches: list[Touch]) -> dict[str, list[float]]:
    """Weights per rule of one order's touches, earliest first."""
    n = len(touches)
    last = n - 1
    spoken = [i for i, t in enumerate(touches) if t.channel != "Direct"]
    clicks = [i for i, t in enumerate(touches) if t.channel in PAID and t.days <= 7]
    ends = {1: [1.0], 2: [0.5, 0.5]}.get(n, [0.4, *[0.2 / max(n - 2, 1)] * (n - 2), 0.4])
    decay = [2 ** (-t.days / 7) for t in touches]
    product = next((i for i, t in enumerate(touches) if t.saw_product), None)
    cart = next((i for i, t in enumerate(touches) if t.filled_cart), None)
    of_channel = Counter(t.channel for t in touches)
    return {
        "first_touch": alone(0, n),
        "last_touch": alone(last, n),
        "last_non_direct": alone(spoken[-1] if spoken else last, n),
        "linear": [1 / n] * n,
        "position": ends,
        "time_decay": [d / sum(decay) for d in decay],
        "w_shaped": milestones(n, [0, product, cart], 0.3),
        "full_path": milestones(n, [0, product, cart, last], 0.225),
        "platform_tiktok": alone(clicks[-1], n) if clicks else [0.0] * n,
        "equal_split": [1 / len(of_channel) / of_channel[t.channel] for t in touches],
    }


def alone(place: int, n: int) -> list[float]:
    return [float(i == place) for i in range(n)]


def milestones(n: int, places: list[int | None], weight: float) -> list[float]:
    held = [sum(weight for place in places if place == i) for i in range(n)]
    free = [i for i in range(n) if not held[i]]
    for i in free:
        held[i] = 0.1 / len(free)
    return [h / sum(held) for h in held]


@pytest.fixture(scope="module")
def orders(pipeline: Pipeline) -> dict[str, list[tuple[Touch, dict[str, float]]]]:
    columns = ", ".join(f"c.{name}" for name in RULES)
    found = defaultdict(list)
    for order, channel, hours, product, cart, *said in rows(
        pipeline.next,
        "select c.order_id, c.channel, c.hours_before_order, t.saw_product, t.filled_cart, "
        f"{columns} from attr_credits c join attr_touches t using (touch_id) "
        "order by order_id, touch_number",
    ):
        touch = Touch(channel, hours / 24, product, cart)
        found[order].append((touch, dict(zip(RULES, said, strict=True))))
    return dict(found)


def test_rules_weigh_every_order_as_plain_python_does(
    orders: dict[str, list[tuple[Touch, dict[str, float]]]],
) -> None:
    assert sum(len(lines) > 1 for lines in orders.values()) > 20
    for order, lines in orders.items():
        expected = weights([touch for touch, _ in lines])
        for name in RULES:
            for (_, said), weight in zip(lines, expected[name], strict=True):
                assert math.isclose(said[name], weight, rel_tol=0, abs_tol=1e-12), (order, name)


def test_every_models_weights_of_an_order_add_up_to_one(pipeline: Pipeline) -> None:
    models = [name for (name,) in rows(
        pipeline.next, "select distinct model from attr_channel_daily order by all"
    )]  # fmt: skip
    assert len(models) == 12
    for name in models:
        sums = rows(pipeline.next, f"select sum({name}) from attr_credits group by order_id")
        allowed = {0.0, 1.0} if name == "platform_tiktok" else {1.0}
        assert {round(total, 12) for (total,) in sums} <= allowed, name


def test_no_touch_counts_after_its_order_or_outside_its_window(pipeline: Pipeline) -> None:
    for line, touched, ordered in rows(
        pipeline.next,
        "select line, touched_at, ordered_at from attr_order_receipt where touched_at is not null",
    ):
        assert isinstance(touched, datetime)
        age = ordered - touched
        assert age >= timedelta(0)
        if line == "counts":
            assert age <= timedelta(days=30)


def test_orders_that_nobody_saw_are_named_and_bounded(pipeline: Pipeline) -> None:
    ((unseen,),) = rows(
        pipeline.next, "select count(*) from attr_credits where channel = '(unobserved)'"
    )
    compared = rows(
        pipeline.next,
        "select month_start, window_days, model, sum(orders), "
        "sum(orders) filter (where channel = '(unobserved)') "
        "from attr_model_comparison group by all",
    )
    ((counted,),) = rows(pipeline.next, "select count(distinct order_id) from attr_credits")
    assert unseen > 0
    assert compared
    for _, window, _, orders, unobserved in compared:
        assert math.isclose(orders, counted, abs_tol=1e-6)
        assert unobserved >= unseen if window == 30 else unobserved > 0
