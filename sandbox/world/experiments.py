"""Experiments with a planted effect: what was done where, and how much it truly brought."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.world.places import positions, share_of_france


@dataclass(frozen=True)
class GeoExperiment:
    """More TikTok delivery in some regions for some days, everything else as usual.

    `lift` is the planted effect: extra first visits by TikTok ads in the treated regions, as a
    share of those that would have come there anyway. Days are world days, both included.
    """

    experiment_id: str
    name: str
    treated: tuple[str, ...]  # region codes
    first_day: int
    last_day: int
    lift: float

    @property
    def regions(self) -> tuple[int, ...]:
        """Treated regions as positions in `places.REGIONS`."""
        return positions(self.treated)

    @property
    def share(self) -> float:
        """Share of metropolitan people who are treated."""
        return share_of_france(self.regions)

    def runs(self, day: int) -> bool:
        """Whether a world day is inside."""
        return self.first_day <= day <= self.last_day


EXPERIMENT = GeoExperiment(
    "geo-2026-09", "Geo-lift TikTok Ouest et Sud-Ouest", ("FR-BRE", "FR-PDL", "FR-OCC", "FR-HDF"),
    16, 29, 1.5,
)  # fmt: skip
