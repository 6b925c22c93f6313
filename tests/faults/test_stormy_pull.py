"""A storm costs time, not rows: what fails now and then is repeated, and nothing is lost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rivage.landing.manifest import Manifest
from rivage.streams import all_streams
from tests.simulated import Sandbox, rivage, sandbox

pytestmark = [pytest.mark.pipeline, pytest.mark.timeout(600)]

DAYS = ("--from", "2026-09-01", "--to", "2026-09-30")
MAKE_NO_CALLS = {"ga4_export", "inputs"}
"""These connectors read files; nothing between them and their source can fail a call."""
STREAMS = tuple(s.name for s in all_streams().values() if s.connector not in MAKE_NO_CALLS)
LIGHT = (
    "ecb__exchange_rates", "ga4__users_daily", "shopify__products", "tiktok_ads__ads",
    "tiktok_ads__campaign_daily", "tiktok_creators__creators", "tiktok_organic__videos",
    "tiktok_shop__products", "tiktok_shop__returns",
)  # fmt: skip
"""At least one stream of each API that answers in a few seconds."""
NO_GA4 = ("/open_api/*", "/admin/*", "/service/*", "/order/*", "/product/*", "/return_refund/*")
"""A GA4 quota refills by the hour: that limit is for the scheduler, not for the session."""
TRANSIENT: dict[str, list[dict[str, Any]]] = {
    "rate_limit": [{"match": match} for match in NO_GA4],
    "server_error": [{}],
    "html_504": [{}],
    "cut_body": [{}],
    "bad_json": [{}],
    "reset": [{}],
    "hang": [{"seconds": 6}],
}
FAST = {"RIVAGE_RETRY_FIRST_WAIT": "0.02", "RIVAGE_READ_TIMEOUT": "60"}


@pytest.fixture(scope="module")
def brand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with sandbox(tmp_path_factory.mktemp("storm"), "--size", "tiny") as served:
        yield served


@pytest.fixture(autouse=True)
def _calm(brand: Sandbox) -> Iterator[None]:
    yield
    brand.control("DELETE", "faults")


Landed = dict[tuple[str, str, str], tuple[int, str]]


def landed(home: Path) -> Landed:
    """Rows and content hash of the newest manifest of each stream, account and window."""
    found: Landed = {}
    for path in sorted(home.glob("landing/*/*/*/*/*.json")):
        one = Manifest.from_json(path.read_text())
        found[(one.stream, one.account_id, str(one.window_start))] = (one.rows, one.content)
    return found


def pull(
    home: Path, brand: Sandbox, streams: tuple[str, ...], **env: str
) -> tuple[int, dict[str, Any]]:
    named = [part for name in streams for part in ("--stream", name)]
    done = rivage(home, brand, "pull", *DAYS, *named, "--json", check=False, **FAST | env)
    return done.returncode, json.loads(done.stdout)


@pytest.fixture(scope="module")
def clean(brand: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Landed:
    """Thirty days of every stream that makes calls, with nothing going wrong."""
    home = tmp_path_factory.mktemp("clean")
    code, body = pull(home, brand, STREAMS)
    assert (code, body["errors"]) == (0, [])
    return landed(home)


def differences(found: Landed, clean: Landed, streams: tuple[str, ...]) -> list[object]:
    wanted = {key: value for key, value in clean.items() if key[0] in streams}
    return [
        (key, wanted.get(key), found.get(key))
        for key in wanted.keys() | found.keys()
        if wanted.get(key) != found.get(key)
    ][:5]


def test_the_clean_pull_brings_rows_of_every_stream(clean: Landed) -> None:
    rows = dict.fromkeys(STREAMS, 0)
    for (stream, _, _), (count, _) in clean.items():
        rows[stream] += count
    assert [name for name, count in rows.items() if not count] == []


def test_all_streams_outlive_a_mixed_storm_with_the_rows_of_a_clean_pull(
    tmp_path: Path, brand: Sandbox, clean: Landed
) -> None:
    """Six kinds at once, each at a fifth of the calls that the ones before it let pass."""
    kinds = ("rate_limit", "server_error", "html_504", "cut_body", "bad_json", "reset")
    plan = [
        rule | {"kind": kind, "rate": 0.2, "in_a_row": 1}
        for kind in kinds
        for rule in TRANSIENT[kind]
    ]
    brand.control("PUT", "faults", plan)
    code, body = pull(tmp_path, brand, STREAMS)
    fired = dict.fromkeys(kinds, 0)
    for rule in brand.control("GET", "faults"):
        fired[rule["kind"]] += rule["fired"]
    assert (code, body["errors"]) == (0, [])
    assert differences(landed(tmp_path), clean, STREAMS) == []
    assert min(fired.values()) >= 10, fired


@pytest.mark.parametrize("kind", TRANSIENT)
def test_light_streams_of_each_api_outlive_a_fault_at_a_fifth_of_the_calls(
    tmp_path: Path, brand: Sandbox, clean: Landed, kind: str
) -> None:
    plan = [rule | {"kind": kind, "rate": 0.2} for rule in TRANSIENT[kind]]
    brand.control("PUT", "faults", plan)
    code, body = pull(tmp_path, brand, LIGHT, RIVAGE_READ_TIMEOUT="4" if kind == "hang" else "60")
    rules = brand.control("GET", "faults")
    assert (code, body["errors"]) == (0, [])
    assert differences(landed(tmp_path), clean, LIGHT) == []
    assert sum(rule["fired"] for rule in rules) >= 2, rules


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("bad_token", "TokenExpired"),
        ("server_error", "ServerFailed"),
        ("bad_json", "ResponseTruncated"),
        ("reset", "ServerFailed"),
    ],
)
def test_a_lasting_fault_fails_its_stream_clearly_and_the_rest_lands(
    tmp_path: Path, brand: Sandbox, clean: Landed, kind: str, name: str
) -> None:
    broken = "tiktok_ads__campaign_daily"
    rule = {"match": "*/report/integrated/get/", "contains": ["AUCTION_CAMPAIGN"], "kind": kind}
    brand.control("PUT", "faults", [rule])
    code, body = pull(tmp_path, brand, LIGHT)
    assert code == 4  # partly
    assert {error["error"] for error in body["errors"]} == {name}
    for error in body["errors"]:
        assert f"stream={broken}" in error["where"]
        assert "account=" in error["where"]
        assert error["do"]
    rest = tuple(stream for stream in LIGHT if stream != broken)
    assert differences(landed(tmp_path), clean, rest) == []
