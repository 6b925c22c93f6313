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
        return tuple(name for name, family in CONNECTORS.items() if family == self.name)

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
WEB_ANALYTICS = Family("web_analytics", "GA4 web analytics")
COMMERCE = Family("commerce", "Shopify orders")
FAMILIES = (TIKTOK_ADS, WEB_ANALYTICS, COMMERCE)


def family_named(name: str) -> Family:
    """The family of this name."""
    return next(family for family in FAMILIES if family.name == name)


BUILD_DAG = "build_marts"
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


POOLS = (
    Pool(WRITER_POOL, 1, "A DuckDB file has one writer."),
    Pool("tiktok_ads_api", 4, "Calls at once to the TikTok app; its QPS budget is shared."),
    Pool("ga4_api", 2, "GA4 allows ten requests at once per property, other tools included."),
    Pool("ga4_export_files", 2, "Export files read at once; each may be hundreds of MB."),
    Pool("shopify_api", 2, "Shopify's cost budget is per app and shop."),
)
POOL_OF = {
    "tiktok_ads": "tiktok_ads_api",
    "ga4": "ga4_api",
    "ga4_export": "ga4_export_files",
    "shopify": "shopify_api",
}
