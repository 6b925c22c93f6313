"""Faults that would be bugs of our own: planted in the built candidate."""

from __future__ import annotations

from bench.faults import fault
from bench.planting import Plot


@fault("credits that don't add up", "linear credit of a day times 1.1 in the candidate", (),
       "attr_channel_daily", "share out the same orders", "critical", built=True)  # fmt: skip
def _(plot: Plot) -> None:
    plot.alter(
        "update attr_channel_daily set orders = orders * 1.1 "
        f"where model = 'linear' and report_date = date '{plot.day}'"
    )
