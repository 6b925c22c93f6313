"""Everything one running sandbox holds, passed to each router."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from sandbox.bigquery.rewrites import Rewrite
from sandbox.clock import Clock
from sandbox.credentials import Credentials
from sandbox.faults import FaultPlan
from sandbox.ga4_export.schedule import ExportSchedule
from sandbox.rate_window import RateWindow
from sandbox.request_log import RequestLog
from sandbox.restatement import Restatements
from sandbox.settings import Settings
from sandbox.world import World


@dataclass
class Sandbox:
    """World, clock, switches and files of one server."""

    world: World
    clock: Clock
    home: Path
    bucket: Path
    service_account: dict[str, str]
    credentials: Credentials = field(default_factory=Credentials)
    settings: Settings = field(default_factory=Settings)
    faults: FaultPlan = field(default_factory=FaultPlan)
    requests: RequestLog = field(default_factory=RequestLog)
    rates: RateWindow = field(default_factory=RateWindow)
    restatements: Restatements = field(default_factory=Restatements)
    rewrites: list[Rewrite] = field(default_factory=list)
    url: str = ""

    def __post_init__(self) -> None:
        self.exports = ExportSchedule(self.world, self.bucket, self.credentials.ga4_property_id)

    @property
    def today(self) -> int:
        """World day index of now, in the property zone."""
        return self.world.config.index(self.clock.today("Europe/Paris"))

    @property
    def last_day(self) -> int:
        """Newest world day that has begun."""
        return min(self.today, self.world.config.days - 1)

    def reset_switches(self) -> None:
        """Back to documented behaviour."""
        self.settings = Settings()
        self.rates = RateWindow()
        self.faults.clear()
        self.rewrites.clear()
