"""A brand publishes with the sources it has, and loses nothing when it takes one away."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from rivage.landing import refusals
from rivage.landing.refusals import Refusal
from rivage.landing.store import Store
from tests.homes import Pipeline
from tests.simulated import REPO, published, rivage

pytestmark = [pytest.mark.pipeline, pytest.mark.timeout(600)]

GA4 = ("ga4", "ga4_export")
SETS = [
    [("tiktok_ads",), ("tiktok_ads", "shopify")],
    [("tiktok_organic",), ("tiktok_ads", "tiktok_shop")],
    [("matomo",), ("tiktok_ads", "matomo", "shopify")],
    [("shopify",), (*GA4, "shopify")],
    [("tiktok_creators", "inputs"), ("tiktok_ads", "tiktok_organic", "tiktok_shop", "matomo")],
]
"""Ten that brands have; bench/any_sources.py tries them all."""
EMPTY = {
    ("tiktok_ads",): {"attr_channel_daily", "attr_credits", "kpi_funnel_daily", "kpi_shop_daily"},
    ("tiktok_ads", "shopify"): {"attr_channel_daily", "attr_paths", "kpi_video_daily"},
    ("shopify",): {"kpi_ads_daily", "dim_ad", "attr_channel_daily"},
}
FILLED = {
    ("tiktok_ads",): {"kpi_ads_daily", "kpi_campaign_daily", "dim_ad", "kpi_business_daily"},
    ("tiktok_ads", "shopify"): {"kpi_ads_daily", "kpi_shop_daily", "attr_reconciliation_daily"},
    ("tiktok_organic",): {"kpi_account_daily", "kpi_video_daily", "kpi_sentiment_daily"},
    ("tiktok_ads", "tiktok_shop"): {"attr_reconciliation_daily", "kpi_live_session"},
    ("matomo",): {"attr_quarantine_daily", "kpi_lead_daily"},
    ("tiktok_ads", "matomo", "shopify"): {"attr_channel_daily", "attr_ad_daily", "attr_paths"},
    ("shopify",): {"kpi_shop_daily", "kpi_product_daily", "kpi_cohort"},
    (*GA4, "shopify"): {"attr_channel_daily", "kpi_funnel_daily", "kpi_web_traffic_daily"},
    ("tiktok_creators", "inputs"): {"kpi_creator", "kpi_goal_progress"},
}


@pytest.mark.parametrize("sets", SETS, ids=lambda sets: " and ".join("+".join(s) for s in sets))
def test_what_a_brand_has_is_published(
    pipeline: Pipeline, tmp_path: Path, sets: list[tuple[str, ...]]
) -> None:
    (tmp_path / "env.json").write_text(json.dumps(pipeline.sandbox.env))
    (tmp_path / "home").symlink_to(pipeline.next)
    names = ["+".join(sources) for sources in sets]
    done = subprocess.run(
        [sys.executable, "bench/any_sources.py", "--keep", str(tmp_path), "--only", *names],
        cwd=REPO, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    for sources, name in zip(sets, names, strict=True):
        home = tmp_path / "homes" / name
        trial = json.loads((home / "trial.json").read_text())
        assert trial["published"]
        assert trial["critical"] == []
        filled = set(trial["filled"])
        assert FILLED.get(sources, set()) <= filled
        assert not EMPTY.get(sources, set()) & filled
        told = asked(home, "select distinct source_name, status, settings_to_fill from ops_sources")
        assert {s for s, status, _ in told if status in ("answered", "in part")} <= set(sources)
        assert {s for s, status, _ in told if status == "not configured"} == {
            s for s, *_ in told if s not in sources
        }
        assert all(fill for _, status, fill in told if status == "not configured")


def test_a_source_taken_away_is_reported_and_its_days_stay(
    pipeline: Pipeline, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    shutil.copytree(pipeline.next, home, symlinks=True)
    before = published(home)
    without = replace(
        pipeline.sandbox,
        env={k: v for k, v in pipeline.sandbox.env.items() if "SHOPIFY" not in k},
    )
    for stage in ("build", "audit", "publish"):
        rivage(home, without, stage)
    after = published(home)
    changed = {name for name in before if before[name] != after[name]}
    assert changed <= {"ops_freshness", "ops_sources", "ops_versions"}
    audit = json.loads(max((home / "audit").glob("2*.json")).read_text())
    (lost,) = (f for f in audit["findings"] if f["table"] == "ops_sources")
    assert (lost["severity"], lost["rule"]) == ("warning", "no source that answered is lost")
    assert "shopify" in lost["observed"]
    status = "select distinct status from ops_sources where source_name = 'shopify'"
    assert asked(home, status) == [("lost",)]
    assert json.loads((home / "candidate.json").read_text())["sources"] == sorted(
        {"tiktok_ads", "tiktok_organic", "tiktok_creators", "tiktok_shop", "ga4", "ga4_export",
         "matomo", "ecb", "inputs"}
    )  # fmt: skip
    # Reported once: readers have it in ops_sources from now on.
    rivage(home, without, "audit")
    audit = json.loads(max((home / "audit").glob("2*.json")).read_text())
    assert [f for f in audit["findings"] if f["table"] == "ops_sources"] == []


def test_a_permission_taken_away_holds_nothing_back(pipeline: Pipeline, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(pipeline.next, home, symlinks=True)
    before = published(home)
    stream = "tiktok_shop__affiliate_orders"
    (account,) = {
        a for (a,) in asked(home, f"select account_id from ops_freshness where stream = '{stream}'")
    }
    refusals.write(
        Store(str(home / "landing"), home / "tmp"),
        Refusal(stream, account, datetime.now(UTC), "seller.affiliate", "no", "Ask here."),
    )
    for stage in ("build", "audit", "publish"):
        rivage(home, pipeline.sandbox, stage)
    changed = {name for name, rows in published(home).items() if before[name] != rows}
    assert changed <= {"ops_freshness", "ops_sources", "ops_versions"}
    assert asked(
        home,
        "select distinct status, missing_scopes, note from ops_sources "
        "where missing_scopes is not null and status = 'in part'",
    ) == [("in part", "seller.affiliate", f"Without {stream}. Ask here.")]
    audit = json.loads(max((home / "audit").glob("2*.json")).read_text())
    (told,) = (f for f in audit["findings"] if f["table"] == "ops_sources")
    assert (told["severity"], told["rule"]) == ("warning", "no permission is newly missing")


def asked(home: Path, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(home / "published" / "marts.duckdb"), read_only=True) as db:
        return db.execute(query).fetchall()
