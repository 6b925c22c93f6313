"""The course of one checked value over the last audits, as points of a small drawing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from rivage.desk import words
from rivage.desk.audits import Judged

_LEFT, _RIGHT, _TOP, _BOTTOM = 8, 632, 14, 126  # of a drawing of 640 by 150
_HALF = 4.0
"""A range reaches so far beyond the first and last audit that knew it: one alone shows, too."""


@dataclass(frozen=True)
class Point:
    """One audit's value; `x` and `y` lie on the drawing."""

    at: datetime
    value: float
    passed: bool
    low: float | None
    high: float | None
    x: float = 0.0
    y: float = 0.0


@dataclass(frozen=True)
class Trend:
    """Values, oldest first, with the usual range around them."""

    points: tuple[Point, ...]
    line: str
    """`points` of the polyline."""
    bands: tuple[str, ...]
    """Outlines of the usual range, one per stretch of audits that knew one."""

    @property
    def last(self) -> Point:
        return self.points[-1]

    @property
    def told(self) -> str:
        """The drawing in words."""
        values = [point.value for point in self.points]
        failed = sum(not point.passed for point in self.points)
        usual = ""
        if self.last.low is not None and self.last.high is not None:
            usual = f"; usual {words.span(self.last.low, self.last.high)}"
        return (
            f"{len(values)} audits from {words.short(self.points[0].at)} to "
            f"{words.short(self.last.at)}: lowest {words.number(min(values))}, highest "
            f"{words.number(max(values))}, now {words.number(values[-1])}{usual}; "
            f"broken in {failed}."
        )


def trend(runs: Sequence[Judged], fingerprint: str) -> Trend | None:
    """The course of a rule's value, or None when no audit wrote one down."""
    seen = [point for run in runs if (point := _seen(run, fingerprint))]
    if not seen:
        return None
    held = [v for point in seen for v in (point.value, point.low, point.high) if v is not None]
    bottom, top = min(held), max(held)
    room = (top - bottom) or abs(top) or 1.0
    bottom, top = bottom - room * 0.08, top + room * 0.08
    step = (_RIGHT - _LEFT) / max(1, len(seen) - 1)
    scale = (_BOTTOM - _TOP) / (top - bottom)

    def y(value: float) -> float:
        return round(_BOTTOM - (value - bottom) * scale, 1)

    points = tuple(
        replace(point, x=round(_RIGHT - (len(seen) - 1 - place) * step, 1), y=y(point.value))
        for place, point in enumerate(seen)
    )
    line = " ".join(f"{point.x},{point.y}" for point in points)
    return Trend(points, line, tuple(_bands(points, y)))


def _seen(run: Judged, fingerprint: str) -> Point | None:
    """What an audit says of the rule: from its list of checks, else from the finding itself."""
    check, found = run.check(fingerprint), run.finding(fingerprint)
    if check and check.value is not None:
        low, high = check.usual or (None, None)
        return Point(run.audited_at, check.value, check.passed, low, high)
    if found is None:
        return None
    value = found.value if found.value is not None else found.rows
    low, high = found.usual or (None, None)
    return None if value is None else Point(run.audited_at, float(value), False, low, high)


def _bands(points: Sequence[Point], y: Callable[[float], float]) -> list[str]:
    """A stretch is outlined along its upper edge and back along its lower one."""
    outlines: list[str] = []
    stretch: list[Point] = []
    for point in (*points, None):
        if point is not None and point.low is not None and point.high is not None:
            stretch.append(point)
            continue
        if stretch:
            first, last = stretch[0], stretch[-1]
            ends = (replace(first, x=first.x - _HALF), *stretch, replace(last, x=last.x + _HALF))
            upper = [(point.x, y(point.high or 0.0)) for point in ends]
            lower = [(point.x, y(point.low or 0.0)) for point in ends]
            outlines.append(" ".join(f"{x},{level}" for x, level in (*upper, *lower[::-1])))
        stretch = []
    return outlines
