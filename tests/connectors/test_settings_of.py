"""The table of settings against what the settings model and the connectors really take."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, get_args

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from pydantic import SecretStr
from pydantic_settings import BaseSettings

from rivage.connectors import CONNECTORS, configured, connect
from rivage.connectors.settings_of import COMMON, SOURCES, settings_of, to_set, ways_of
from rivage.errors import SettingMissing, UnknownStream
from rivage.settings import Settings

REPO = Path(__file__).resolve().parents[2]
SETTINGS = [one for name in SOURCES for one in settings_of(name)] + list(COMMON)


def known() -> dict[str, Any]:
    """Environment variable -> annotation, for every setting there is."""
    found: dict[str, Any] = {}
    for name, field in Settings.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseSettings):
            prefix = str(kind.model_config.get("env_prefix"))
            found |= {f"{prefix}{n}".upper(): f.annotation for n, f in kind.model_fields.items()}
        else:
            found[f"RIVAGE_{name}".upper()] = kind
    return found


@pytest.fixture
def values(tmp_path: Path) -> dict[str, str]:
    """A well-formed value for each variable."""
    folder = tmp_path / "analytics_1"
    folder.mkdir()
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )  # fmt: skip
    key = tmp_path / "key.json"
    key.write_text(json.dumps({
        "type": "service_account", "client_email": "a@b.example", "private_key": private.decode(),
        "token_uri": "http://127.0.0.1:9/token",
    }))  # fmt: skip
    return {one.variable: "7" for one in SETTINGS} | {
        "RIVAGE_GA4_CREDENTIALS": str(key), "RIVAGE_GA4_EXPORT_URL": str(folder),
        "RIVAGE_INPUTS_FOLDER": str(folder), "RIVAGE_SHOPIFY_BASE_URL": "http://127.0.0.1:9",
        "RIVAGE_MATOMO_BASE_URL": "http://127.0.0.1:9/",
        "RIVAGE_TIKTOK_CREATORS_ENABLED": "true", "RIVAGE_ECB_ENABLED": "true",
    }  # fmt: skip


def test_every_connector_is_in_the_table() -> None:
    assert list(SOURCES) == list(CONNECTORS)


def test_every_variable_is_a_setting_and_secret_exactly_if_the_model_hides_it() -> None:
    kinds = known()
    for one in SETTINGS:
        kind = kinds[one.variable]
        assert one.secret == (SecretStr in (kind, *get_args(kind))), one.variable


def test_every_variable_is_in_the_example_file() -> None:
    example = (REPO / ".env.example").read_text(encoding="utf-8")
    for one in SETTINGS:
        assert f"\n{one.variable}=" in example, one.variable


@pytest.mark.parametrize(("name", "way"), [(n, w) for n in SOURCES for w in ways_of(n) or [""]])
def test_what_is_to_be_set_configures_the_source(
    name: str, way: str, home: Path, values: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RIVAGE_ECB_ENABLED", "false")
    assert name not in configured(Settings())
    for one in to_set(name, way=way):
        monkeypatch.setenv(one.variable, one.fixed or values[one.variable])
    assert name in configured(Settings())
    connect(name, Settings())  # raises SettingMissing when anything more is needed
    given = {one.variable for one in to_set(name, way=way)}
    assert to_set(name, given) == ()
    assert home


@pytest.mark.parametrize("name", sorted(set(SOURCES) - {"ecb", "inputs", "ga4_export"}))
def test_a_source_without_one_of_them_says_so(
    name: str, home: Path, values: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for left_out in to_set(name):
        for one in to_set(name):
            if one is left_out:
                monkeypatch.delenv(one.variable, raising=False)
            else:
                monkeypatch.setenv(one.variable, values[one.variable])
        if name in configured(Settings()) and not left_out.fixed:
            # Discovering accounts is what an app's id and secret are for.
            with pytest.raises(SettingMissing):
                connect(name, Settings()).accounts()
    assert home


def test_the_way_that_was_begun_is_the_one_to_complete() -> None:
    def variables(name: str, *given: str) -> list[str]:
        return [one.variable.removeprefix("RIVAGE_SHOPIFY_") for one in to_set(name, given)]

    assert variables("shopify") == ["BASE_URL", "CLIENT_ID", "CLIENT_SECRET"]
    assert variables("shopify", "RIVAGE_SHOPIFY_CLIENT_ID") == ["BASE_URL", "CLIENT_SECRET"]
    assert variables("shopify", "RIVAGE_SHOPIFY_ACCESS_TOKEN") == ["BASE_URL"]


def test_an_unknown_source_is_refused_with_those_there_are() -> None:
    with pytest.raises(UnknownStream, match="shopfy") as refused:
        settings_of("shopfy")
    assert "shopify" in refused.value.do
