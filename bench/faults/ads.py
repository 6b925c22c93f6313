"""Faults of the ads reports: what TikTok sent, altered."""

from __future__ import annotations

import json
from itertools import pairwise

from bench.faults import fault
from bench.planting import Change, Plot, Record, each, edited

ADS, ADGROUPS = "tiktok_ads__ad_daily", "tiktok_ads__adgroup_daily"
CAMPAIGNS, ACCOUNTS = "tiktok_ads__campaign_daily", "tiktok_ads__advertiser_daily"
LEVELS = (ADS, ADGROUPS, CAMPAIGNS, ACCOUNTS)
LOOKBACK = 29
"""Days of the ads reports that an ordinary pull reads."""


def scaled(metric: str, factor: float) -> Change:
    """All records with one metric of a report multiplied, written as TikTok writes it."""

    def scale(record: Record) -> None:
        sent = record["metrics"].get(metric)
        if sent not in (None, "", "-"):
            value = float(sent) * factor
            record["metrics"][metric] = f"{value:.2f}" if "." in sent else f"{value:.0f}"

    return each(scale)


def ranked(records: list[Record], place: int = 0) -> Record:
    """The row of a report at this place by spend, the largest first."""
    return sorted(records, key=lambda record: -float(record["metrics"]["spend"]))[place]


def _double(record: Record, metric: str) -> None:
    """Twice as many of the metric as impressions."""
    record["metrics"][metric] = str(2 * int(record["metrics"]["impressions"]))


def smallest(records: list[Record]) -> Record:
    """The row of a report with the least spend above nothing."""
    spending = [r for r in records if float(r["metrics"]["spend"]) > 0]
    return min(spending, key=lambda record: float(record["metrics"]["spend"]))


@fault("negative spend", "the smallest ad of the day got its spend back", (f"{ADS}/0/last",),
       "ops_quarantine_daily", "set apart", "warning")  # fmt: skip
def _(plot: Plot) -> None:
    def edit(records: list[Record]) -> None:
        metrics = smallest(records)["metrics"]
        metrics["spend"] = f"-{metrics['spend']}"

    plot.resend(ADS, edited(edit), account=0)


@fault("unreadable number", "one ad's clicks as 1,5 among a month of rows", (f"{ADS}/1/last",),
       "ops_quarantine_daily", "set apart", "warning")  # fmt: skip
def _(plot: Plot) -> None:
    def edit(records: list[Record]) -> None:
        smallest(records[-20:])["metrics"]["clicks"] = "1,5"

    plot.resend(ADS, edited(edit), days=LOOKBACK, account=1)


@fault("ten-fold spend", "spend of the day times ten at every level", LEVELS,
       "kpi_ads_daily", "spend of a new day", "critical")  # fmt: skip
def _(plot: Plot) -> None:
    for level in LEVELS:
        plot.resend(level, scaled("spend", 10))


@fault("euros sent as cents", "spend of the day times a hundred at every level", LEVELS,
       "kpi_business_daily", "spend of a new day", "critical")  # fmt: skip
def _(plot: Plot) -> None:
    for level in LEVELS:
        plot.resend(level, scaled("spend", 100))


@fault("dropped campaign", "the largest campaign, its ad groups and ads left out of the reports",
       LEVELS, "kpi_advertiser_daily", "spend what the account reports", "critical")  # fmt: skip
def _(plot: Plot) -> None:
    gone = {ranked(plot.records(CAMPAIGNS))["dimensions"]["campaign_id"]}
    ads = [ad for ad in plot.records("tiktok_ads__ads") if ad["campaign_id"] in gone]
    gone |= {ad["ad_id"] for ad in ads} | {ad["adgroup_id"] for ad in ads}

    def change(records: list[Record]) -> list[Record]:
        return [one for one in records if not gone & set(one["dimensions"].values())]

    for level in (ADS, ADGROUPS, CAMPAIGNS):
        plot.resend(level, change)


@fault("half a page", "every second ad of the day missing", (f"{ADS}/0",),
       ADS, "far fewer rows", "warning")  # fmt: skip
def _(plot: Plot) -> None:
    plot.resend(ADS, lambda records: records[::2], account=0)


@fault("time-zone shift of a day", "the ad report's day holds the day before", (ADS,),
       "kpi_ads_daily", "spent the same", "critical")  # fmt: skip
def _(plot: Plot) -> None:
    def change(records: list[Record]) -> list[Record]:
        days = sorted({record["dimensions"]["stat_time_day"] for record in records})
        after = dict(pairwise(days))
        moved = [r for r in records if r["dimensions"]["stat_time_day"] in after]
        for record in moved:
            record["dimensions"]["stat_time_day"] = after[record["dimensions"]["stat_time_day"]]
        first = [r for r in moved if r["dimensions"]["stat_time_day"] == days[1]]
        return [json.loads(json.dumps(r)) | {"dimensions": r["dimensions"] | {
            "stat_time_day": days[0]}} for r in first] + moved  # fmt: skip

    plot.resend(ADS, change, days=4)


@fault("duplicated ad rows", "every ad row of the day sent twice", (f"{ADS}/0",),
       ADS, "far more rows", "warning")  # fmt: skip
def _(plot: Plot) -> None:
    plot.resend(ADS, lambda records: records + records, account=0)


@fault("unknown ad", "the second largest ad under an id that no list has", (f"{ADS}/0/1",),
       "ops_quarantine_daily", "in no list", "warning")  # fmt: skip
def _(plot: Plot) -> None:
    def edit(records: list[Record]) -> None:
        ranked(records, 1)["dimensions"]["ad_id"] = "1700000000000000999"

    plot.resend(ADS, edited(edit), account=0)


@fault("unknown campaign", "the largest campaign of the day under an id that no list has",
       (f"{CAMPAIGNS}/0",), "dim_campaign", "listed by TikTok", "warning")  # fmt: skip
def _(plot: Plot) -> None:
    def edit(records: list[Record]) -> None:
        ranked(records)["dimensions"]["campaign_id"] = "1700000000000000998"

    plot.resend(CAMPAIGNS, edited(edit), account=0)


@fault("reach above impressions", "one ad reached twice as many as it was shown", (f"{ADS}/0/2",),
       "kpi_ads_daily", "reach never exceeds", "warning")  # fmt: skip
def _(plot: Plot) -> None:
    plot.resend(ADS, edited(lambda records: _double(ranked(records, 2), "reach")), account=0)


@fault("clicks above impressions", "one ad clicked twice as often as it was shown", (f"{ADS}/1/0",),
       "kpi_ads_daily", "clicks never exceed", "critical")  # fmt: skip
def _(plot: Plot) -> None:
    plot.resend(ADS, edited(lambda records: _double(ranked(records), "clicks")), account=1)


@fault("spend without impressions", "an ad's impressions of the day as 0", (f"{ADS}/0/3",),
       "kpi_ads_daily", "spent without an impression", "critical")  # fmt: skip
def _(plot: Plot) -> None:
    def edit(records: list[Record]) -> None:
        ranked(records, 3)["metrics"] |= {"impressions": "0", "clicks": "0", "reach": "0"}

    plot.resend(ADS, edited(edit), account=0)


@fault("currency flip", "an ad account of euros listed in dollars",
       ("tiktok_ads__advertisers",), "(build)", "assert_an_ad_account_keeps_its_currency",
       "critical")  # fmt: skip
def _(plot: Plot) -> None:
    def edit(record: Record) -> None:
        record["currency"] = "USD" if record["currency"] == "EUR" else "EUR"

    plot.resend("tiktok_ads__advertisers", each(edit), account=0)


@fault("type change", "spend of the account report as a JSON number, not text", (ACCOUNTS,),
       ACCOUNTS, "keeps the types", "critical")  # fmt: skip
def _(plot: Plot) -> None:
    def edit(record: Record) -> None:
        record["metrics"]["spend"] = float(record["metrics"]["spend"]) + 0.001

    plot.resend(ACCOUNTS, each(edit), days=LOOKBACK)


@fault("duplicate Purchase", "claimed web purchases of four weeks counted twice at every level",
       LEVELS, "attr_reconciliation_daily", "TikTok says 200", "warning")  # fmt: skip
def _(plot: Plot) -> None:
    for level in LEVELS:
        plot.resend(level, scaled("complete_payment", 2), days=28)
