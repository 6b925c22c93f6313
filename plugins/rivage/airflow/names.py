"""Names that DAGs, bootstrap and the local runner must agree on. Light to import."""

from __future__ import annotations

from dataclasses import dataclass

from rivage.connectors import CONNECTORS

OWNER = "marketing-data"
ZONE = "Europe/Paris"
"""Zone of the schedule; the business date is resolved in the reporting zone."""


@dataclass(frozen=True)
class Family:
    """Connectors that land together: one ingest DAG, one landing asset."""

    name: str
    title: str

    @property
    def connectors(self) -> tuple[str, ...]:
        return tuple(name for name, entry in CONNECTORS.items() if entry.family == self.name)

    @property
    def dag_id(self) -> str:
        return f"ingest_{self.name}"

    @property
    def asset(self) -> str:
        return f"landing_{self.name}"

    @property
    def uri(self) -> str:
        return f"rivage://landing/{self.name}"


TIKTOK_ADS = Family("tiktok_ads", "TikTok Ads")
TIKTOK_ORGANIC = Family("tiktok_organic", "TikTok organic and creators")
TIKTOK_SHOP = Family("tiktok_shop", "TikTok Shop")
WEB_ANALYTICS = Family("web_analytics", "Web analytics")
COMMERCE = Family("commerce", "Shopify back office")
REFERENCE = Family("reference", "Exchange rates and hand-kept inputs")
FAMILIES = (TIKTOK_ADS, TIKTOK_ORGANIC, TIKTOK_SHOP, WEB_ANALYTICS, COMMERCE, REFERENCE)


def family_named(name: str) -> Family:
    """The family of this name."""
    return next(family for family in FAMILIES if family.name == name)


BUILD_DAG = "build_marts"
DECIDE_DAG = "decide_hold"
UPKEEP_DAG = "upkeep"
MARTS_ASSET = "marts"
MARTS_URI = "rivage://published/marts"

WRITER_POOL = "duckdb_writer"
WRITER_QUEUE = "duckdb"
"""Queue of the one Celery worker that may write DuckDB files; LocalExecutor ignores it."""


@dataclass(frozen=True)
class Pool:
    """An Airflow pool; a task in a pool that does not exist never starts, without a word."""

    name: str
    slots: int
    why: str


def pool_of(connector: str) -> str:
    """The pool that bounds how many pulls of a connector run at once."""
    return f"pull_{connector}"


POOLS = (
    Pool(WRITER_POOL, 1, "A DuckDB file has one writer."),
    *(Pool(pool_of(name), entry.at_once, entry.why) for name, entry in CONNECTORS.items()),
)
