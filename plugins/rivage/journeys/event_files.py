"""Touches and orders from two files, checked, as tables of one DuckDB connection.

What is left behind: the table `orders` (see sql/orders.sql), the relation `touches` (user_id,
touched_us, channel, touch_type) and the enum types `channel_name` and `type_name`. Instants are
whole microseconds since 1970 in UTC; money is whole millionths (`micros`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from rivage import duck
from rivage.errors import FileInvalid
from rivage.journeys.event_rows import ORDER_COLUMNS, TOUCH_COLUMNS, read_orders, read_touches
from rivage.journeys.table_file import open_table
from rivage.journeys.touch_windows import TouchWindows, microseconds

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MICROS = 1_000_000
"""Parts of a unit of money that are counted."""
CROWDED_FROM = 32
"""Orders of one user above which its touches are counted and not listed."""
_HALF_LIVES = 64
_MOST_PACKED = 2**62


@dataclass(frozen=True)
class Events:
    """What the two files hold; windows in seconds by type of touch."""

    channels: tuple[str, ...]
    touches: int
    orders: int
    micros: int
    windows: dict[str, int]


def load_events(
    connection: DuckDBPyConnection,
    touch_path: Path,
    order_path: Path,
    windows: TouchWindows,
    *,
    exclusive: bool = False,
    half_life: int = 7 * 86_400,
    direct: Iterable[str] = ("direct", "(direct)"),
) -> Events:
    """Read and check both files.

    Args:
        exclusive: a touch serves the next order only.
        half_life: seconds, of time decay.
        direct: names of channels that `last_non_direct` passes over; case does not count.

    Raises:
        FileInvalid: see `open_table`; no rows, an empty cell, an instant or amount that is none,
            an order id that stands twice, a type of touch without a window.
    """
    touch_file = open_table(connection, touch_path, *TOUCH_COLUMNS)
    order_file = open_table(connection, order_path, *ORDER_COLUMNS)
    same = touch_file.types["user_id"] == order_file.types["user_id"]
    user = "user_id" if same else "user_id::varchar"
    orders, micros = read_orders(connection, order_file, user)
    counted = read_touches(connection, touch_file, user)
    reach = _reaches(touch_path, {touch_type for _, touch_type in counted}, windows)
    channels = tuple(sorted({channel for channel, _ in counted}))
    _name_types(connection, "channel_name", channels)
    _name_types(connection, "type_name", reach)
    told = {name.casefold() for name in direct}
    longest = max(reach.values())
    if microseconds(longest) * len(reach) * len(channels) > _MOST_PACKED:
        raise FileInvalid(
            f"{touch_path} has {len(channels)} channels: too many for a window that long.",
            do="Group the channels, or take a shorter window.",
        )
    variables = {
        "exclusive": exclusive,
        "crowded_from": CROWDED_FROM,
        "longest_us": microseconds(longest),
        "type_reach_us": [microseconds(size) for size in reach.values()],
        "channels": len(channels),
        "kinds": len(channels) * len(reach),
        "direct_channels": [at for at, name in enumerate(channels) if name.casefold() in told],
        "half_life_us": float(microseconds(half_life)),
        "block_us": microseconds(half_life) * _HALF_LIVES,
    }
    for name, value in variables.items():
        connection.execute(f"set variable {name} = $1", [value])
    run(connection, "orders")
    return Events(channels, sum(counted.values()), orders, micros, reach)


def run(connection: DuckDBPyConnection, name: str) -> DuckDBPyConnection:
    """Run one of the statements in sql/."""
    text = files("rivage.journeys").joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")
    return connection.execute(text)


def _reaches(path: Path, types: set[str], windows: TouchWindows) -> dict[str, int]:
    """Seconds by type, short windows first: that is also their order at one instant."""
    if windows.by_type and types == {""}:
        raise FileInvalid(
            f"{path} has no touch types, but --window names {', '.join(windows.by_type)}.",
            do="Add the column touch_type, or give one window for all: --window 30d.",
        )
    reach: dict[str, int] = {}
    for name in sorted(types):
        size = windows.seconds(name)
        if size is None:
            told = f"the touch type {name!r}" if name else "touches without a type"
            raise FileInvalid(
                f"{path} has {told}, for which no window is given.",
                do="Name it in --window, or give a default: 30d,view=24h.",
            )
        reach[name] = size
    unknown = sorted(set(windows.by_type) - types)
    if unknown:
        raise FileInvalid(
            f"{path} has no touches of type {', '.join(map(repr, unknown))}, named in --window.",
            do=f"Its touch types are {', '.join(map(repr, sorted(types)))}.",
        )
    return dict(sorted(reach.items(), key=lambda item: (item[1], item[0])))


def _name_types(connection: DuckDBPyConnection, name: str, values: Iterable[str]) -> None:
    listed = ", ".join(duck.literal(value) for value in values)
    connection.execute(f"create type {name} as enum ({listed})")
