"""The published numbers as the demo shows them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.table import Table

from rivage.duck import connect

LAST_DAYS = """
with ads as (
    select report_date, sum(spend) as spend, sum(impressions) as impressions, sum(clicks) as clicks
    from kpi_campaign_daily
    group by all
),
web as (
    select report_date, sum(ga4_sessions) as sessions from kpi_web_traffic_daily group by all
),
sales as (
    select
        report_date,
        sum(orders) as orders,
        sum(net_revenue) as net_revenue,
        sum(gross_revenue) filter (channel = 'TikTok Paid')
            / nullif(sum(spend) filter (channel = 'TikTok Paid'), 0) as roas
    from attr_channel_daily
    where model = 'last_touch'
    group by all
)
select report_date, spend, impressions, clicks, sessions, orders, net_revenue, roas
from ads
full outer join web using (report_date)
full outer join sales using (report_date)
order by report_date desc
limit 7
"""


def last_days(marts: Path) -> list[tuple[Any, ...]]:
    """The last seven published days, oldest first."""
    with connect(marts, read_only=True) as db:
        return db.execute(LAST_DAYS).fetchall()[::-1]


def versions(marts: Path) -> list[tuple[str, str, str]]:
    """Version, horizon and audit verdict of what was published, oldest first."""
    with connect(marts, read_only=True) as db:
        rows = db.execute(
            "select version, horizon_date, audit_verdict from ops_versions order by published_at"
        ).fetchall()
    return [(str(version), str(horizon), str(verdict)) for version, horizon, verdict in rows]


def table_of(rows: list[tuple[Any, ...]]) -> Table:
    """A table people can read; a dash where there is no number."""
    # Narrow enough for a terminal of 80 columns; a cut number would be a wrong number.
    table = Table(
        title="Published: the last 7 days (EUR; ROAS of TikTok Paid, last touch)",
        box=SIMPLE_HEAD,
        collapse_padding=True,
        pad_edge=False,
    )
    for name in (
        "day", "spend", "impressions", "clicks", "web sessions", "orders", "net revenue", "ROAS",
    ):  # fmt: skip
        longest = max(len(word) for word in name.split())
        table.add_column(name, justify="right", min_width=longest)
    for day, *numbers in rows:
        digits = (2, 0, 0, 0, 0, 2, 2)
        cells = [
            "-" if value is None else f"{float(value):,.{places}f}"
            for value, places in zip(numbers, digits, strict=True)
        ]
        table.add_row(str(day), *cells)
    return table
