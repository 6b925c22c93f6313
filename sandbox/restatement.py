"""History as the platform rewrites it: factors on spend and claims of past account days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from sandbox.world.draws import I64


@dataclass(frozen=True)
class Restatement:
    """Multiplies spend and claimed conversions of account-local days, both ends included."""

    first: date
    last: date
    factor: float


class Restatements:
    """The rewrites made so far; they multiply when they overlap."""

    def __init__(self) -> None:
        self.made: list[Restatement] = []

    def factor(self, day: date) -> float:
        """Product of the factors that apply to a day."""
        factor = 1.0
        for change in self.made:
            if change.first <= day <= change.last:
                factor *= change.factor
        return factor

    def apply(self, cells: I64, days: list[date], edges: I64) -> I64:
        """Rewrite `cells` [..., hour] in place; day n covers hours edges[n] to edges[n + 1].

        Rounding runs along the hours of a day, so a day's total is off by half a unit at most and
        does not depend on the window it is asked in.
        """
        for position, day in enumerate(days):
            factor = self.factor(day)
            if factor == 1.0:
                continue
            hours = slice(int(edges[position]), int(edges[position + 1]))
            run = np.rint(np.cumsum(cells[..., hours], axis=-1) * factor).astype(np.int64)
            cells[..., hours] = np.diff(run, axis=-1, prepend=0)
        return cells
