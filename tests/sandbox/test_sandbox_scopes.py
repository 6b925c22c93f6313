"""Each withheld scope is refused in its platform's own words, and nothing else is."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from sandbox.cli import app
from sandbox.scopes import KNOWN
from sandbox.settings import Settings
from sandbox.state import Sandbox
from tests.sandbox.conftest import Ask

ADVERTISER = "7412083911600873473"


@pytest.mark.parametrize(
    ("scope", "path", "params"),
    [
        ("tiktok_ads.gmv_max", "/gmv_max/store/list/", {"advertiser_id": ADVERTISER}),
        ("tiktok_ads.pixels", "/pixel/list/", {"advertiser_id": ADVERTISER}),
        ("tiktok_ads.smart_plus", "/smart_plus/ad/get/", {"advertiser_id": ADVERTISER}),
        ("tiktok_one", "/tto/oauth2/tcm/", {}),
    ],
)
def test_the_answer_names_the_endpoint(
    tiktok: Ask, box: Sandbox, scope: str, path: str, params: dict[str, str]
) -> None:
    box.settings.without_scopes = [scope]
    refused = tiktok(path, **params)
    assert refused["code"] == 40001
    assert f"lacks the required scope for endpoint '{path}(method=GET)'" in refused["message"]
    box.settings.without_scopes = [one for one in KNOWN if one != scope]
    assert "scope" not in tiktok(path, **params)["message"]


def test_audience_reports_are_withheld_by_themselves(tiktok: Ask, box: Sandbox) -> None:
    box.settings.without_scopes = ["tiktok_ads.audience_reports"]
    asked = {"advertiser_id": ADVERTISER, "data_level": "AUCTION_CAMPAIGN", "metrics": ["spend"],
             "start_date": "2026-09-20", "end_date": "2026-09-20"}  # fmt: skip
    basic = tiktok("/report/integrated/get/", report_type="BASIC",
                   dimensions=["campaign_id", "stat_time_day"], **asked)  # fmt: skip
    audience = tiktok("/report/integrated/get/", report_type="AUDIENCE",
                      dimensions=["campaign_id", "stat_time_day", "platform"], **asked)  # fmt: skip
    assert (basic["code"], audience["code"]) == (0, 40001)


def test_a_scope_that_nobody_has_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"comment\.lists"):
        Settings(without_scopes=["comment.lists"])
    asked = ["serve", "--home", str(tmp_path), "--without-scope", "comment.lists"]
    done = CliRunner().invoke(app, asked)
    assert done.exit_code == 2
    assert "no such scope" in done.output
