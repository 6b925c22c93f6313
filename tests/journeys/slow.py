"""Attribution the slow way: plain loops over users, orders and touches, nothing shared with SQL."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

START = datetime(2026, 9, 1, tzinfo=UTC)
CHANNELS = ("creator", "direct", "email", "live", "search", "tiktok")
SECOND = timedelta(seconds=1)
MODELS = ("first", "last", "last_non_direct", "linear", "position", "time_decay", "equal_split")


@dataclass(frozen=True)
class Touch:
    user: str
    at: datetime
    channel: str
    kind: str = ""


@dataclass(frozen=True)
class Order:
    id: str
    user: str
    at: datetime
    cents: int


@dataclass
class Brand:
    """Touches and orders, and the two files they are written to."""

    touches: list[Touch] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)

    def write(self, folder: Path) -> tuple[Path, Path]:
        folder.mkdir(exist_ok=True)
        touches, orders = folder / "touches.csv", folder / "orders.csv"
        kinds = any(touch.kind for touch in self.touches)
        lines = ["user_id,touched_at,channel" + (",touch_type" if kinds else "")]
        for touch in self.touches:
            cells = [touch.user, touch.at.isoformat(), touch.channel] + [touch.kind] * kinds
            lines.append(",".join(cells))
        touches.write_text("\n".join(lines) + "\n", encoding="utf-8")
        lines = ["order_id,user_id,ordered_at,revenue"]
        for order in self.orders:
            money = f"{order.cents / 100:.2f}"
            lines.append(f"{order.id},{order.user},{order.at.isoformat()},{money}")
        orders.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return touches, orders


def brand(seed: int, users: int = 1_000, days: int = 60) -> Brand:
    """Instants on whole hours, so that ties and window edges are frequent; some heavy users."""
    chance = random.Random(seed)
    made = Brand()
    for number in range(users):
        user = f"u{number}"
        heavy = number % 250 == 0
        for _ in range(chance.randrange(300) if heavy else chance.randrange(9)):
            at = START + timedelta(hours=chance.randrange(24 * days))
            kind = chance.choice(("click", "view", "click"))
            made.touches.append(Touch(user, at, chance.choice(CHANNELS), kind))
        for _ in range(80 if heavy else chance.choice((0, 0, 1, 1, 2, 4))):
            at = START + timedelta(hours=chance.randrange(24 * days))
            made.orders.append(
                Order(f"o{len(made.orders)}", user, at, chance.randrange(-500, 20_000))
            )
    for _ in range(users // 50):  # nobody saw them before
        made.orders.append(Order(f"o{len(made.orders)}", f"x{chance.random()}", START, 1_000))
    return made


def windows_of(
    made: Brand, seconds: dict[str, int], *, exclusive: bool = False
) -> dict[str, list[Touch]]:
    """Per order id its touches in order: time, then short windows first, then the name."""
    rank = {kind: at for at, kind in enumerate(sorted(seconds, key=lambda k: (seconds[k], k)))}
    by_user: dict[str, list[Touch]] = {}
    for touch in made.touches:
        by_user.setdefault(touch.user, []).append(touch)
    found: dict[str, list[Touch]] = {}
    before: dict[str, datetime] = {}
    for order in sorted(made.orders, key=lambda order: (order.at, order.id)):
        kept = [
            touch for touch in by_user.get(order.user, [])
            if timedelta(0) <= order.at - touch.at <= seconds[touch.kind] * SECOND
            and not (exclusive and order.user in before and touch.at <= before[order.user])
        ]  # fmt: skip
        before[order.user] = order.at
        found[order.id] = sorted(kept, key=lambda t: (t.at, rank[t.kind], t.channel))
    return found


def weights(model: str, touches: list[Touch], order: Order, half_life: timedelta) -> list[float]:
    """One weight per touch."""
    size, last = len(touches), len(touches) - 1
    if model == "first":
        return [float(at == 0) for at in range(size)]
    if model == "last":
        return [float(at == last) for at in range(size)]
    if model == "last_non_direct":
        others = [at for at in range(size) if touches[at].channel != "direct"]
        chosen = others[-1] if others else last
        return [float(at == chosen) for at in range(size)]
    if model == "linear":
        return [1 / size] * size
    if model == "position":
        if size < 3:
            return [1 / size] * size
        return [0.4 if at in (0, last) else 0.2 / (size - 2) for at in range(size)]
    if model == "time_decay":
        newest = order.at - touches[-1].at
        faded = [0.5 ** ((order.at - touch.at - newest) / half_life) for touch in touches]
        return [one / sum(faded) for one in faded]
    names = [touch.channel for touch in touches]
    return [1 / len(set(names)) / names.count(name) for name in names]


def credits(
    made: Brand, windows: dict[str, list[Touch]], model: str, half_life: timedelta
) -> dict[str, tuple[float, float]]:
    """Per channel orders and revenue; orders without a touch are `(unobserved)`."""
    sums: dict[str, tuple[float, float]] = {}
    for order in made.orders:
        touches = windows[order.id]
        shared = (
            zip(
                (t.channel for t in touches), weights(model, touches, order, half_life), strict=True
            )
            if touches
            else [("(unobserved)", 1.0)]
        )
        for channel, weight in shared:
            orders, money = sums.get(channel, (0.0, 0.0))
            sums[channel] = (orders + weight, money + weight * order.cents / 100)
    return sums


def journeys(
    made: Brand, windows: dict[str, list[Touch]], longest: timedelta
) -> dict[tuple[str, ...], list[int]]:
    """Per path how many journeys converted and how many did not (see sql/null_journeys.sql)."""
    counted: dict[tuple[str, ...], list[int]] = {}
    used = {id(touch) for touches in windows.values() for touch in touches}
    for touches in windows.values():
        if touches:
            counted.setdefault(tuple(t.channel for t in touches), [0, 0])[0] += 1
    instants: dict[str, list[datetime]] = {}
    for order in made.orders:
        instants.setdefault(order.user, []).append(order.at)
    left: dict[str, list[Touch]] = {}
    for touch in made.touches:
        if id(touch) not in used:
            left.setdefault(touch.user, []).append(touch)
    for user, touches in left.items():
        path: list[str] = []
        before: Touch | None = None
        for touch in sorted(touches, key=lambda t: (t.at, t.kind != "view", t.channel)):
            if before and (
                touch.at - before.at > longest
                or any(before.at <= at < touch.at for at in instants.get(user, []))
            ):
                counted.setdefault(tuple(path), [0, 0])[1] += 1
                path = []
            path.append(touch.channel)
            before = touch
        counted.setdefault(tuple(path), [0, 0])[1] += 1
    return counted
