"""How long before an order a touch may lie to count, by type of touch."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from rivage.errors import SettingMissing

_UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "": 86_400}
_MICROSECONDS = 1_000_000
_LONGEST_SECONDS = 20 * 366 * 86_400


@dataclass(frozen=True)
class TouchWindows:
    """Seconds; a touch exactly that old still counts. `default` holds for types not named."""

    default: int | None = 30 * 86_400
    by_type: dict[str, int] = field(default_factory=dict)

    def seconds(self, touch_type: str) -> int | None:
        return self.by_type.get(touch_type, self.default)


def parse(text: str) -> TouchWindows:
    """`30d` for all; `click=168h,view=24h` by type; `30d,view=24h` a default and one type.

    Units are d (also when left out), h, m and s.

    Raises:
        SettingMissing: anything else, a type or default named twice, a window of 0 or less or
            longer than twenty years.
    """
    default, by_type = None, {}
    for part in text.split(","):
        name, given, size = (piece.strip() for piece in part.rpartition("="))
        if name in by_type or (not given and default is not None):
            raise SettingMissing(
                f"The window of {name or 'all touches'} is given twice: {text!r}.",
                do="Name each type once, as in 30d,view=24h.",
            )
        if given:
            by_type[_named(name, text)] = seconds(size)
        else:
            default = seconds(size)
    return TouchWindows(default, by_type)


def seconds(text: str) -> int:
    """`7d`, `168h`, `90m`, `30s` or `7` (days) in seconds.

    Raises:
        SettingMissing: anything else.
    """
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([smhd]?)", text.strip().lower())
    size = round(float(found[1]) * _UNITS[found[2]]) if found else 0
    if not 0 < size <= _LONGEST_SECONDS:
        raise SettingMissing(
            f"{text!r} is no length of time.", do="Write days or hours, as in 30d or 168h."
        )
    return size


def microseconds(size: int) -> int:
    return size * _MICROSECONDS


def _named(name: str, text: str) -> str:
    if not name:
        raise SettingMissing(
            f"A window in {text!r} names no type of touch.", do="Write click=168h,view=24h."
        )
    return name
