"""The picture of a geo test: what was sold, what would have been, and the gap day by day."""

from __future__ import annotations

import os
from html import escape
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from rivage import atomic
from rivage.cli.lift.geo_answer import method_name
from rivage.cli.lift.options import number
from rivage.errors import DiskFull
from rivage.measurement.lift import Lift
from rivage.measurement.panel import Panel

_INK, _MUTED, _FAINT, _SEA = "#17252f", "#7a8791", "#e3e8eb", "#0b6e86"
_FONT = "Inter, Helvetica Neue, Liberation Sans, Arial, sans-serif"
_WIDTH, _TALL, _LOW = 860, 300, 90
_LONG = 50


def write_chart(panel: Panel, lift: Lift, path: Path) -> None:
    """Draw to .svg, .png or .html (one file that needs no network); whole file or none."""
    import vl_convert

    spec = _chart(panel, lift).to_dict()
    kind = path.suffix.lower()
    if kind == ".png":
        _write_bytes(path, vl_convert.vegalite_to_png(spec, scale=2))
    elif kind == ".svg":
        atomic.write_text(path, vl_convert.vegalite_to_svg(spec))
    else:
        page = vl_convert.vegalite_to_html(spec, bundle=True, renderer="svg")
        title = f"<title>{escape(_headline(lift))}</title>"
        atomic.write_text(path, page.replace("<title>Chart</title>", title, 1))


def _write_bytes(path: Path, content: bytes) -> None:
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise DiskFull(f"{path} can't be written: {error.strerror}.") from error


def _chart(panel: Panel, lift: Lift) -> Any:
    alt: Any = import_module("altair")  # heavy, and its types know less than its schema

    rows = _rows(panel, lift)
    base = alt.Chart(alt.Data(values=rows))
    days = {"format": "%-d %b", "tickCount": 8}
    edge = alt.Scale(padding=12)
    upper = alt.X("date:T", title=None, scale=edge, axis=alt.Axis(**days, labels=False))
    lower = alt.X("date:T", title=None, scale=edge, axis=alt.Axis(**days))
    panes = _levels(alt, base, upper, panel, rows), _gaps(alt, base, lower, len(rows))
    return (
        alt.vconcat(*panes, spacing=16)
        .resolve_scale(x="shared")
        .properties(
            title=_title(alt, lift), background="white", padding=24,
            usermeta={"embedOptions": {"actions": False}},
        )
        .configure(font=_FONT)
        .configure_view(stroke=None)
        .configure_axis(
            domain=False, grid=True, gridColor=_FAINT, ticks=False, labelColor=_MUTED,
            labelFontSize=11, labelPadding=8, titleColor=_MUTED, titleFontSize=11,
            titleFontWeight="normal",
        )
        .configure_axisX(grid=False)
    )  # fmt: skip


def _levels(alt: Any, base: Any, x: Any, panel: Panel, rows: list[dict[str, Any]]) -> Any:
    scale = alt.Scale(zero=False, nice=True, padding=8)
    y = alt.Y("observed:Q", title=None, scale=scale, axis=alt.Axis(tickCount=5, format="~s"))
    tips = [
        alt.Tooltip("date:T", title="day", format="%-d %b %Y"),
        alt.Tooltip("observed:Q", title="observed", format=",.0f"),
        alt.Tooltip("counterfactual:Q", title="counterfactual", format=",.0f"),
        alt.Tooltip("gap:Q", title="difference", format="+,.0f"),
    ]
    test = base.transform_filter("datum.test")
    start, last = rows[panel.start], rows[-1]
    shade = alt.Chart(alt.Data(values=[{"from": start["date"], "to": last["date"]}])).mark_rect(
        color=_SEA, opacity=0.05
    ).encode(x=alt.X("from:T", title=None), x2="to:T")  # fmt: skip
    rule = alt.Chart(alt.Data(values=[start])).mark_rule(color=_INK, strokeDash=[2, 3]).encode(x=x)
    band = test.mark_area(color=_MUTED, opacity=0.22).encode(x=x, y="low:Q", y2="high:Q")
    without = base.mark_line(color=_MUTED, strokeDash=[5, 3], strokeWidth=1.6).encode(
        x=x, y="counterfactual:Q"
    )
    seen = base.mark_line(color=_SEA, strokeWidth=2.2).encode(x=x, y=y)
    points = base.mark_point(opacity=0, size=160).encode(x=x, y="observed:Q", tooltip=tips)
    period = f"test {panel.days[panel.start]} to {panel.days[-1]}"
    keys = [
        _key(alt, 0, "observed", _SEA, bold=True),
        _key(alt, 70, "counterfactual, dashed; in the test with the interval of its mean", _MUTED),
        _key(alt, _WIDTH, period, _INK, align="right"),
    ]
    return alt.layer(shade, band, rule, without, seen, points, *keys).properties(
        width=_WIDTH, height=_TALL
    )


def _key(
    alt: Any, at: int, text: str, color: str, *, bold: bool = False, align: str = "left"
) -> Any:
    """A word of the legend, above the plot."""
    mark = alt.Chart(alt.Data(values=[{}])).mark_text(
        align=align, baseline="bottom", color=color, fontSize=11,
        fontWeight="bold" if bold else "normal",
    )  # fmt: skip
    return mark.encode(x=alt.value(at), y=alt.value(-6), text=alt.value(text))


def _gaps(alt: Any, base: Any, x: Any, days: int) -> Any:
    color = alt.condition("datum.test", alt.value(_SEA), alt.value("#c3ccd2"))
    axis = alt.Axis(tickCount=3, format="+~s")
    bars = base.mark_bar(size=min(max(1.0, 0.6 * _WIDTH / days), 14)).encode(
        x=x, y=alt.Y("gap:Q", title="difference per day", axis=axis), color=color
    )
    zero = alt.Chart(alt.Data(values=[{"y": 0}])).mark_rule(color=_MUTED).encode(y="y:Q")
    return alt.layer(bars, zero).properties(width=_WIDTH, height=_LOW)


def _headline(lift: Lift) -> str:
    amount = f"{lift.incremental:+,.0f}" if lift.lift is None else f"{lift.lift:+.1%}"
    treated = ", ".join(lift.treated_geos)
    if len(treated) > _LONG:
        treated = f"{len(lift.treated_geos)} locations"
    told = f"{amount} in {treated}: {lift.incremental:,.0f} incremental in {lift.test_days} days"
    return told.replace("-", "\u2212", 1) if lift.incremental < 0 else told


def _title(alt: Any, lift: Lift) -> Any:
    ends = [number(end, ",.0f") for end in (lift.incremental_low, lift.incremental_high)]
    level = f"{1 - lift.alpha:.0%}"
    bounds = f"{level} interval {' to '.join(ends)}".replace("-", "\u2212")
    if lift.incremental_low is None and lift.incremental_high is None:
        bounds = f"no {level} interval"
    return alt.TitleParams(
        _headline(lift),
        subtitle=f"{bounds}, p = {lift.p_value:.3g}; "
        f"{method_name(lift)}, {lift.controls} control locations, {lift.pre_days} days before",
        anchor="start", offset=30, fontSize=18, fontWeight=600, color=_INK,
        subtitleColor=_MUTED, subtitleFontSize=12, subtitlePadding=6,
    )  # fmt: skip


def _rows(panel: Panel, lift: Lift) -> list[dict[str, Any]]:
    """One row per day; `low` and `high` bound the counterfactual's mean over the test."""
    test = np.arange(len(panel.days)) >= panel.start
    mean = float(lift.counterfactual[test].mean())
    low, high = _band(lift)
    rows = []
    for day, seen, without, is_test in zip(
        panel.days, lift.observed.tolist(), lift.counterfactual.tolist(), test.tolist(), strict=True
    ):
        stretch = without / mean if mean else 1.0
        rows.append(
            {
                "date": day.isoformat() + "T00:00:00", "observed": seen, "counterfactual": without,
                "gap": seen - without, "test": is_test,
                "low": without if low is None else without + low * stretch,
                "high": without if high is None else without + high * stretch,
            }
        )  # fmt: skip
    return rows


def _band(lift: Lift) -> tuple[float | None, float | None]:
    """How far the counterfactual of an average day may lie below and above the drawn one."""
    days = lift.test_days
    low = lift.incremental_high
    high = lift.incremental_low
    return (
        None if low is None else (lift.incremental - low) / days,
        None if high is None else (lift.incremental - high) / days,
    )
