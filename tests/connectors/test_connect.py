"""Every declared stream has its connector, and looking one up loads nothing heavy."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from rivage.connectors import CONNECTORS, connect
from rivage.errors import SettingMissing, UnknownStream
from rivage.streams import all_streams


def test_every_stream_names_a_connector() -> None:
    assert {stream.connector for stream in all_streams().values()} <= set(CONNECTORS)


@pytest.mark.parametrize("name", [name for name in CONNECTORS if name != "ecb"])  # public
def test_an_unconfigured_connector_says_which_variable_is_missing(
    name: str, configure: Callable[..., Any]
) -> None:
    with pytest.raises(SettingMissing, match="RIVAGE_") as caught:
        connect(name, configure())
    assert caught.value.do


def test_connectors_come_by_name(configure: Callable[..., Any], tmp_path: Any) -> None:
    settings = configure(
        tiktok_ads={"access_token": "token-of-the-app"},
        ga4={"export_url": str(tmp_path)},
        shopify={"base_url": "https://x.myshopify.com", "access_token": "shpat_static"},
    )
    for name in ("tiktok_ads", "ga4_export", "shopify"):
        assert connect(name, settings).name == name


def test_an_unknown_name_lists_the_known_ones(configure: Callable[..., Any]) -> None:
    with pytest.raises(UnknownStream, match=", ".join(CONNECTORS)):
        connect("piwik", configure())


def test_the_package_loads_no_http_library() -> None:
    code = (
        "import sys, rivage.connectors, rivage.connectors.base; "
        "sys.exit(bool({'requests', 'google', 'tenacity'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
