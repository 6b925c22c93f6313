"""Events to credit: SQL against plain loops, and what must hold whatever the events."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from rivage.journeys import event_files
from rivage.journeys.report import UNOBSERVED, Report, Wishes, report_events
from rivage.journeys.touch_windows import TouchWindows, parse
from rivage.measurement import by_channel, by_channel_share, by_effect, from_text, markov, shapley
from tests.journeys import slow
from tests.journeys.slow import START, Brand, Order, Touch

BY_TYPE = "click=168h,view=24h"
RULES = slow.MODELS


def report(folder: Path, made: Brand, **wishes: Any) -> Report:
    return report_events(*made.write(folder), Wishes(**wishes))


def told(found: Report, model: str) -> dict[str, tuple[float, float]]:
    """Per channel orders and revenue of one model."""
    rows = [row for row in found.rows() if row["model"] == model]
    return {row["channel"]: (row["conversions"], row["value"]) for row in rows}


def assert_same(
    found: dict[str, tuple[float, float]], wanted: dict[str, tuple[float, float]]
) -> None:
    assert set(wanted) <= set(found)
    for channel, (orders, money) in found.items():
        expected = wanted.get(channel, (0.0, 0.0))
        assert orders == pytest.approx(expected[0], rel=1e-12, abs=1e-12), channel
        assert money == pytest.approx(expected[1], rel=1e-12, abs=1e-10), channel


@pytest.fixture(scope="module")
def made() -> Brand:
    return slow.brand(seed=11)


@pytest.mark.parametrize("crowded_from", [0, 32, 10_000])
@pytest.mark.parametrize("semantics", ["window", "exclusive"])
@pytest.mark.parametrize(("windows", "half_life"), [("30d", "7d"), (BY_TYPE, "1h")])
def test_every_rule_is_what_plain_loops_give_on_a_thousand_users(
    made: Brand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    crowded_from: int, semantics: str, windows: str, half_life: str,
) -> None:  # fmt: skip
    # All users by running counts, all by pairs, and the heavy ones alone by counts.
    monkeypatch.setattr(event_files, "CROWDED_FROM", crowded_from)
    parsed = parse(windows)
    seconds = {kind: parsed.seconds(kind) or 0 for kind in ("click", "view")}
    exclusive = semantics == "exclusive"
    fading = timedelta(days=7) if half_life == "7d" else timedelta(hours=1)
    found = report(
        tmp_path, made, models=RULES, windows=parsed, exclusive=exclusive,
        half_life=int(fading.total_seconds()),
    )  # fmt: skip
    held = slow.windows_of(made, seconds, exclusive=exclusive)
    for model in RULES:
        assert_same(told(found, model), slow.credits(made, held, model, fading))


@pytest.mark.parametrize("semantics", ["window", "exclusive"])
def test_every_data_driven_model_sees_the_journeys_that_plain_loops_see(
    made: Brand, tmp_path: Path, semantics: str
) -> None:
    exclusive = semantics == "exclusive"
    seconds = {"click": 7 * 86_400, "view": 86_400}
    held = slow.windows_of(made, seconds, exclusive=exclusive)
    counted = slow.journeys(made, held, timedelta(days=7))
    paths = from_text(
        [" > ".join(path) for path in counted],
        [won for won, _ in counted.values()], None, [lost for _, lost in counted.values()],
    )  # fmt: skip
    effects, phi = markov(paths, 2), shapley(paths)
    wanted = {
        "markov": effects.conversions,
        "markov_per_order": by_channel(
            paths, by_effect(paths, effects.removal_effects).weights, paths.conversions
        ),
        "shapley": phi.conversions,
        "shapley_per_order": by_channel(
            paths, by_channel_share(paths, phi.phi).weights, paths.conversions
        ),
    }
    # The game is that of order 1 and the chain here of order 2.
    found = report(
        tmp_path, made, models=tuple(wanted), windows=parse(BY_TYPE), orders=(2,),
        exclusive=exclusive,
    )  # fmt: skip
    for model, credit in wanted.items():
        seen = [told(found, model)[channel][0] for channel in paths.channels]
        assert seen == pytest.approx(credit, rel=1e-12), model


@pytest.mark.parametrize("seed", [1, 2])
def test_credits_make_all_orders_and_all_revenue_to_the_cent(tmp_path: Path, seed: int) -> None:
    made = slow.brand(seed, users=150)
    found = report(tmp_path, made, windows=parse("3d"))
    revenue = sum(order.cents for order in made.orders)
    for credit in found.credits:
        assert credit.conversions.sum() == pytest.approx(len(made.orders), rel=1e-12), credit.model
        assert round(credit.values.sum() * 100, 4) == revenue, credit.model


def test_the_order_of_rows_leaves_not_a_bit_changed(tmp_path: Path) -> None:
    made = slow.brand(3, users=200)
    chance = random.Random(5)
    shuffled = Brand(
        chance.sample(made.touches, len(made.touches)), chance.sample(made.orders, len(made.orders))
    )
    one, other = report(tmp_path, made, orders=(1, 2)), report(tmp_path, shuffled, orders=(1, 2))
    assert one.rows() == other.rows()


def test_a_shift_of_all_instants_changes_nothing(tmp_path: Path) -> None:
    made = slow.brand(4, users=100)
    later = timedelta(days=100, microseconds=7)
    moved = Brand(
        [replace(touch, at=touch.at + later) for touch in made.touches],
        [replace(order, at=order.at + later) for order in made.orders],
    )
    one, other = report(tmp_path, made), report(tmp_path, moved)
    for model in (credit.model for credit in one.credits):
        # Users with many orders are counted in blocks of time, which do not move along.
        assert_same(told(one, model), told(other, model))


def test_a_user_without_orders_changes_no_rule(tmp_path: Path) -> None:
    made = slow.brand(5, users=100)
    more = Brand([*made.touches, Touch("new", START, "live", "click")], made.orders)
    one, other = report(tmp_path, made), report(tmp_path, more)
    for model in RULES:
        assert told(one, model) == told(other, model)
    assert told(one, "markov") != told(other, "markov")  # it is one more journey that did not buy


def test_a_larger_window_never_loses_an_order(tmp_path: Path) -> None:
    made = slow.brand(6, users=100)
    seen = [
        told(report(tmp_path, made, models=("last",), windows=parse(window)), "last")[UNOBSERVED][0]
        for window in ("1h", "1d", "7d", "30d", "90d")
    ]
    assert seen == sorted(seen, reverse=True)
    assert seen[0] > seen[-1]


@pytest.mark.parametrize("crowded_from", [0, 32])
@pytest.mark.parametrize(
    ("age", "counts"),
    [
        (timedelta(0), True),
        (timedelta(days=7), True),
        (timedelta(days=7, microseconds=1), False),
        (timedelta(microseconds=-1), False),
    ],
)
def test_a_touch_counts_up_to_the_very_edge_of_its_window(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, crowded_from: int,
    age: timedelta, counts: bool,
) -> None:  # fmt: skip
    monkeypatch.setattr(event_files, "CROWDED_FROM", crowded_from)
    made = Brand([Touch("u", START - age, "live")], [Order("o", "u", START, 100)])
    found = report(tmp_path, made, models=("last",), windows=TouchWindows(7 * 86_400))
    assert told(found, "last")["live"][0] == float(counts)


def test_a_touch_serves_both_orders_or_the_next_one_only(tmp_path: Path) -> None:
    made = Brand(
        [Touch("u", START, "live"), Touch("u", START + timedelta(days=2), "email")],
        [Order("a", "u", START + timedelta(days=1), 100),
         Order("b", "u", START + timedelta(days=3), 900)],
    )  # fmt: skip
    shared = told(report(tmp_path, made, models=("first",)), "first")
    assert shared == {"email": (0, 0), "live": (2, 10), UNOBSERVED: (0, 0)}
    alone = told(report(tmp_path, made, models=("first",), exclusive=True), "first")
    assert alone == {"email": (1, 9), "live": (1, 1), UNOBSERVED: (0, 0)}
