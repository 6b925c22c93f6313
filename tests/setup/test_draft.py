"""What init knows before it writes: values without showing them, and what they will answer."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr

from rivage.connectors import CONNECTORS
from rivage.errors import SettingMissing
from rivage.setup import trial
from rivage.setup.draft import Draft, given
from rivage.setup.outlook import outlook

TOKEN = "tok-that-nobody-sees"


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_no_repr_shows_a_secret() -> None:
    draft = Draft.begun()
    draft.put("RIVAGE_SHOPIFY_ACCESS_TOKEN", TOKEN)
    draft.fill_in()
    salt = draft.values["RIVAGE_PRIVACY_SALT"].get_secret_value()
    more = given((), f"RIVAGE_SHOPIFY_CLIENT_SECRET={TOKEN}", False)
    shown = f"{draft!r} {draft.settings!r} {more!r}"
    assert TOKEN not in shown
    assert salt not in shown
    assert draft.shown("RIVAGE_SHOPIFY_ACCESS_TOKEN") == ""


def test_new_values_count_before_the_environment_which_is_named_when_it_wins(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("RIVAGE_SHOPIFY_BASE_URL", "http://around")
    Path(".env").write_text("RIVAGE_SHOPIFY_BASE_URL=http://kept\n")
    draft = Draft.begun()
    assert draft.settings.shopify.base_url == "http://around"
    draft.put("RIVAGE_SHOPIFY_BASE_URL", "http://new")
    assert draft.settings.shopify.base_url == "http://new"
    assert draft.overruled() == ["RIVAGE_SHOPIFY_BASE_URL"]


def test_a_value_of_the_wrong_form_is_named_and_not_shown() -> None:
    values = {"RIVAGE_TIKTOK_ORGANIC_REQUESTS_PER_MINUTE": SecretStr("often")}
    with pytest.raises(SettingMissing, match="RIVAGE_TIKTOK_ORGANIC_REQUESTS_PER_MINUTE") as bad:
        trial.settings_with(values)
    assert "often" not in str(bad.value)
    with pytest.raises(SettingMissing, match="RIVAGE_KEEP_VERSIONS"):
        trial.settings_with({"RIVAGE_KEEP_VERSIONS": SecretStr("all")})


def test_all_sources_answer_all_questions_and_none_answers_none() -> None:
    assert [one.mart for one in outlook(list(CONNECTORS)) if one.missing] == []
    assert [one.mart for one in outlook([]) if not one.missing] == []
    assert [one.mart for one in outlook(["ecb"]) if not one.missing] == []


def test_a_source_answers_what_needs_it_alone() -> None:
    found = {one.mart: one for one in outlook(["tiktok_organic", "shopify"])}
    assert found["kpi_video_daily"].missing == ()
    assert found["kpi_shop_daily"].missing == ()
    assert "tiktok_shop" in found["kpi_shop_daily"].more
    assert found["kpi_ads_daily"].missing == (("tiktok_ads",),)
    assert found["attr_channel_daily"].missing == (("ga4_export", "matomo"),)
