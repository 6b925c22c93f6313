"""A failing source speaks for the tables that read it; nothing else is hidden."""

from __future__ import annotations

from rivage.alerts.grouping import grouped
from rivage.warehouse.lineage import streams_by_model
from tests.alerts.world import World, finding

READS = {
    "kpi_ads_daily": frozenset({"tiktok_ads__ad_daily", "tiktok_ads__ads"}),
    "kpi_campaign_daily": frozenset({"tiktok_ads__campaign_daily"}),
}
BROKE = finding("a field keeps the types it had", table="tiktok_ads__ad_daily", gate="landing")
ADS, CAMPAIGNS = finding(), finding(table="kpi_campaign_daily")


def shapes(*findings: object, stale: object = ()) -> dict[str, list[str]]:
    made = grouped([f.as_dict() for f in findings], stale, READS)  # type: ignore[attr-defined, arg-type]
    return {group.about: [f["table"] for f in group.findings] for group in made}


def test_a_broken_source_tells_of_what_reads_it_and_others_speak_for_themselves() -> None:
    assert shapes(ADS, CAMPAIGNS, BROKE) == {
        "kpi_campaign_daily": ["kpi_campaign_daily"],
        "tiktok_ads__ad_daily": ["tiktok_ads__ad_daily", "kpi_ads_daily"],
    }


def test_a_critical_never_hides_behind_a_warning() -> None:
    mild = finding("only known fields", table="tiktok_ads__ad_daily", severity="warning")
    assert set(shapes(ADS, mild)) == {"kpi_ads_daily", "tiktok_ads__ad_daily"}


def test_a_stream_that_is_behind_tells_of_what_reads_it() -> None:
    stale = [{"stream": "tiktok_ads__ads", "account": "7", "covered_to": "2026-09-28"}]
    assert shapes(ADS, CAMPAIGNS, stale=stale) == {
        "kpi_campaign_daily": ["kpi_campaign_daily"],
        "tiktok_ads__ads": ["kpi_ads_daily"],
    }


def test_the_worst_comes_first_and_what_only_shows_is_not_told() -> None:
    mild = finding("reach", severity="warning", table="kpi_campaign_daily")
    made = grouped([mild.as_dict(), finding("shown", severity="info").as_dict(),
                    ADS.as_dict()], (), {})  # fmt: skip
    assert [group.about for group in made] == ["kpi_ads_daily", "kpi_campaign_daily"]
    assert [len(group.findings) for group in made] == [1, 1]


def test_lineage_follows_refs_down_to_streams() -> None:
    reads = streams_by_model()
    assert reads["kpi_ads_daily"] == {
        "ecb__exchange_rates", "tiktok_ads__ad_daily", "tiktok_ads__ads", "tiktok_ads__adgroups",
        "tiktok_ads__advertisers", "tiktok_ads__campaigns",
    }  # fmt: skip
    assert "shopify__orders" in reads["attr_credits"]
    assert "shopify__orders" not in reads["dim_campaign"]


def test_every_stream_is_read_by_some_mart_or_at_least_staged() -> None:
    from rivage.streams import all_streams

    assert frozenset().union(*streams_by_model().values()) == all_streams().keys()


def test_one_message_names_the_source_and_what_depends_on_it(world: World) -> None:
    stale = [{"stream": "tiktok_ads__ads", "account": "7", "covered_to": "2026-09-28"}]
    world.audited(0, ADS, finding("spend is never empty"), stale=stale)
    (message,) = world.slack.got
    assert message.verdict == "CRITICAL tiktok_ads__ads is behind; rules broken in kpi_ads_daily"
    text = message.text()
    assert "tiktok_ads__ads is behind: 7 ends 2026-09-28." in text
    assert f"{ADS.fingerprint}  critical kpi_ads_daily: {ADS.rule}" in text
    assert len(message.fingerprints) == 2
