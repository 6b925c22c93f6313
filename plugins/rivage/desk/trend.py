"""The course of one checked value over the last audits, as points of a small drawing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from rivage.desk import words
from rivage.desk.audits import Judged

WIDTH, HEIGHT = 640, 150
_LEFT, _RIGHT, _TOP, _BOTTOM = 8, 632, 14, 126


@dataclass(frozen=True)
class Point:
    """One audit's value; `x` and `y` lie on the drawing."""

    at: datetime
    value: float
    passed: bool
    low: float | None
    high: float | None
    x: float
    y: float


@dataclass(frozen=True)
class Trend:
    """Values, oldest first, with the usual range around them."""

    points: tuple[Point, ...]
    line: str
    """`points` of the polyline."""
    bands: tuple[str, ...]
    """Outlines of the usual range, one per stretch of audits that knew one."""
    top: float
    bottom: float

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
            usual = f"; usual {words.number(self.last.low)} to {words.number(self.last.high)}"
        return (
            f"{len(values)} audits from {words.short(self.points[0].at)} to "
            f"{words.short(self.last.at)}: lowest {words.number(min(values))}, highest "
            f"{words.number(max(values))}, now {words.number(values[-1])}{usual}; "
            f"broken in {failed}."
        )


def trend(runs: Sequence[Judged], fingerprint: str) -> Trend | None:
    """The course of a rule's value, or None when no audit wrote one down."""
    seen = [told for run in runs if (told := _seen(run, fingerprint))]
    if not seen:
        return None
    held = [v for _, value, _, usual in seen for v in (value, *(usual or ()))]
    bottom, top = min(held), max(held)
    room = (top - bottom) or abs(top) or 1.0
    bottom, top = bottom - room * 0.08, top + room * 0.08

    def x(place: int) -> float:
        step = (_RIGHT - _LEFT) / max(1, len(seen) - 1)
        return round(_RIGHT - (len(seen) - 1 - place) * step, 1)

    def y(value: float) -> float:
        return round(_BOTTOM - (value - bottom) / (top - bottom) * (_BOTTOM - _TOP), 1)

    points = tuple(
        Point(at, value, passed, *(usual or (None, None)), x=x(place), y=y(value))
        for place, (at, value, passed, usual) in enumerate(seen)
    )
    return Trend(
        points=points,
        line=" ".join(f"{point.x},{point.y}" for point in points),
        bands=tuple(_bands(points, y)),
        top=max(held),
        bottom=min(held),
    )


def _seen(
    run: Judged, fingerprint: str
) -> tuple[datetime, float, bool, tuple[float, float] | None] | None:
    """When, value, whether it passed, usual range: from the check, else from the finding."""
    check, found = run.check(fingerprint), run.finding(fingerprint)
    if check and check.value is not None:
        return run.audited_at, check.value, check.passed, check.usual
    value = found.value if found else None
    if found and value is None and found.rows is not None:
        value = float(found.rows)
    return (run.audited_at, value, False, found.usual) if found and value is not None else None


def _bands(points: Sequence[Point], y: object) -> list[str]:
    """A stretch is outlined along its upper edge and back along its lower one."""
    assert callable(y)
    outlines: list[str] = []
    stretch: list[Point] = []
    for point in (*points, None):
        if point is not None and point.low is not None and point.high is not None:
            stretch.append(point)
            continue
        if stretch:
            half = 4.0 if len(stretch) == 1 else 0.0
            upper = [(p.x + side, y(p.high)) for p in stretch for side in _sides(half)]
            lower = [(p.x + side, y(p.low)) for p in stretch for side in _sides(half)]
            outlines.append(" ".join(f"{x},{level}" for x, level in (*upper, *reversed(lower))))
        stretch = []
    return outlines


def _sides(half: float) -> tuple[float, ...]:
    return (-half, half) if half else (0.0,)
