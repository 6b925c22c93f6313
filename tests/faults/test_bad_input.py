"""Bad input: one clear error with stream, account, window and next step; the rest goes on."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from rivage.streams import streams_of
from tests.simulated import CORE, Sandbox, environment, published, rivage, sandbox

pytestmark = [pytest.mark.pipeline, pytest.mark.timeout(300)]

DAYS = ("--from", "2026-09-28", "--to", "2026-09-29")


@pytest.fixture(scope="module")
def brand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with sandbox(tmp_path_factory.mktemp("bad-input"), "--size", "tiny") as served:
        yield replace(served, env=served.env | CORE)


@pytest.fixture(autouse=True)
def _no_faults(brand: Sandbox) -> Iterator[None]:
    yield
    brand.control("DELETE", "faults")


def pull(home: Path, brand: Sandbox, *more: str, **env: str) -> tuple[int, dict[str, Any]]:
    done = rivage(home, brand, "pull", *(more or DAYS), "--json", check=False, **env)
    return done.returncode, json.loads(done.stdout)


def landed(home: Path) -> set[str]:
    return {path.parent.parent.parent.name for path in home.glob("landing/*/*/*/*/*.json")}


def only_error(body: dict[str, Any]) -> dict[str, str]:
    (error,) = body["errors"]
    assert error["do"], "no next step"
    return error


def test_an_expired_token_stops_its_source_and_no_other(tmp_path: Path, brand: Sandbox) -> None:
    code, body = pull(tmp_path, brand, RIVAGE_TIKTOK_ADS_ACCESS_TOKEN="revoked")
    assert code == 4
    error = only_error(body)
    assert error["error"] == "TokenExpired"
    assert "tiktok_ads" in error["where"]
    others = {s.name for name in ("ga4", "ga4_export", "shopify") for s in streams_of(name)}
    assert landed(tmp_path) == others
    assert "revoked" not in json.dumps(body).replace("or has been revoked", "")


def test_a_missing_token_names_the_setting(tmp_path: Path, brand: Sandbox) -> None:
    _, body = pull(tmp_path, brand, RIVAGE_TIKTOK_ADS_ACCESS_TOKEN="")
    assert "RIVAGE_TIKTOK_ADS_ACCESS_TOKEN" in json.dumps(only_error(body))


def test_an_unknown_advertiser_is_named(tmp_path: Path, brand: Sandbox) -> None:
    _, body = pull(
        tmp_path, brand, RIVAGE_TIKTOK_ADS_APP_ID="", RIVAGE_TIKTOK_ADS_APP_SECRET="",
        RIVAGE_TIKTOK_ADS_ADVERTISER_IDS="7000000000000000001",
    )  # fmt: skip
    error = only_error(body)
    assert error["error"] == "AccountUnknown"
    assert "7000000000000000001" in json.dumps(error)


@pytest.mark.parametrize(
    ("arguments", "name", "told"),
    [
        (("--from", "2026-9-1", "--to", "2026-09-02"), "BadDate", "2026-9-1"),
        (("--from", "2026-09-03", "--to", "2026-09-02"), "BadDate", "ends before"),
        (("--from", "2026-09-03"), "BadDate", "--to"),
        (("--stream", "nope__x", *DAYS), "UnknownStream", "nope__x"),
    ],
)
def test_a_malformed_request_is_refused_before_any_call(
    tmp_path: Path, brand: Sandbox, arguments: tuple[str, ...], name: str, told: str
) -> None:
    code, body = pull(tmp_path, brand, *arguments)
    assert (code, body["error"]) == (2, name)
    assert told in body["what"]
    assert not landed(tmp_path)


def test_a_window_in_the_future_is_refused(tmp_path: Path, brand: Sandbox) -> None:
    code, body = pull(tmp_path, brand, "--from", "2099-01-01", "--to", "2099-01-02")
    assert code == 2
    assert {e["error"] for e in body["errors"]} == {"WindowInFuture"}
    assert not landed(tmp_path)


FAULTS = [
    ({"kind": "cut_body"}, "ResponseTruncated"),
    ({"kind": "bad_json"}, "ResponseTruncated"),
    ({"kind": "html_504"}, "RequestTimedOut"),
    ({"kind": "server_error"}, "ServerFailed"),
    ({"kind": "schema_drift", "change": "missing", "field": "spend"}, "SchemaBroke"),
]


@pytest.mark.parametrize(("fault", "name"), FAULTS, ids=[f["kind"] for f, _ in FAULTS])
def test_a_broken_answer_fails_its_stream_and_no_other(
    tmp_path: Path, brand: Sandbox, fault: dict[str, Any], name: str
) -> None:
    where = {
        "match": "*/report/integrated/get/",
        "contains": ["data_level=AUCTION_AD&", "BASIC", "stat_time_day"],
    }
    brand.control("PUT", "faults", [where | fault])
    code, body = pull(tmp_path, brand, RIVAGE_RETRY_SECONDS="1")
    assert code == 4
    assert {e["error"] for e in body["errors"]} == {name}
    for error in body["errors"]:
        assert "stream=tiktok_ads__ad_daily" in error["where"]
        assert "account=" in error["where"]
        assert "window=2026-09-28" in error["where"]
        assert error["do"]
    assert "tiktok_ads__ad_daily" not in landed(tmp_path)
    assert "tiktok_ads__campaign_daily" in landed(tmp_path)


def test_a_new_field_is_kept_and_nothing_fails(tmp_path: Path, brand: Sandbox) -> None:
    brand.control(
        "PUT", "faults",
        [{"match": "*/campaign/get/", "kind": "schema_drift", "change": "new",
          "field": "campaign_name"}],
    )  # fmt: skip
    code, _ = pull(tmp_path, brand, "--stream", "tiktok_ads__campaigns", *DAYS)
    assert code == 0
    manifests = list(tmp_path.glob("landing/*/tiktok_ads__campaigns/*/*/*.json"))
    assert all(
        "campaign_name_extra" in json.loads(path.read_text())["undeclared"] for path in manifests
    )


def test_a_full_disk_leaves_no_half_landed_day_and_says_so(tmp_path: Path, brand: Sandbox) -> None:
    small = tmp_path / "small"
    small.mkdir()
    if os.geteuid() != 0:
        pytest.skip("2026-11-22: mounting a small disk needs root; test_writer injects the error")
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=48k", "tmpfs", str(small)], check=True)
    try:
        code, body = pull(small, brand, "--stream", "tiktok_ads__ad_daily", *DAYS)
        assert code in (4, 5)  # the smaller account may still fit
        assert {e["error"] for e in body["errors"]} == {"DiskFull"}
        # A day that was landed before the disk ran full is whole; none is half-landed.
        for path in small.glob("landing/*/*/*/*/*.json"):
            manifest = json.loads(path.read_text())
            landed_bytes = (small / "landing" / manifest["object"]).read_bytes()
            assert hashlib.sha256(landed_bytes).hexdigest() == manifest["sha256"]
    finally:
        subprocess.run(["umount", str(small)], check=True)


def test_a_locked_warehouse_names_its_holder(tmp_path: Path, pipeline: Any) -> None:
    home = tmp_path / "home"
    shutil.copytree(pipeline.first, home, symlinks=True)
    before = published(home)
    holder = subprocess.Popen(
        [sys.executable, "-c", "import duckdb, sys; db = duckdb.connect(sys.argv[1]); "
         "print('open', flush=True); sys.stdin.read()", str(home / "warehouse.duckdb")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert holder.stdout is not None
        holder.stdout.readline()
        done = rivage(home, pipeline.sandbox, "build", "--json", check=False)
    finally:
        holder.communicate("")
    assert done.returncode == 5
    body = json.loads(done.stdout)
    assert body["error"] == "FileLocked"
    assert re.search(rf"PID {holder.pid}", body["what"])
    assert published(home) == before


def test_a_candidate_that_fails_its_audit_changes_nothing(tmp_path: Path, pipeline: Any) -> None:
    home = tmp_path / "home"
    shutil.copytree(pipeline.before("audit"), home, symlinks=True)
    before = published(home)
    # A critical rule made to fail: this brand never spends more than a cent a day.
    suites = tmp_path / "repo"
    script = (
        "import dataclasses; from rivage.audit import suites, audit\n"
        "read = suites.suites\n"
        "def strict(*a):\n"
        "    rule = {'type': 'expect_column_values_to_be_between', 'severity': 'critical',\n"
        "      'kwargs': {'column': 'spend', 'max_value': 0.01},\n"
        "      'meta': {'rule': 'an ad spends at most a cent', 'runbook': 'kpi_ads_daily.md'}}\n"
        "    return [dataclasses.replace(s, expectations=(*s.expectations, rule))\n"
        "      if s.mart == 'kpi_ads_daily' else s for s in read(*a)]\n"
        "audit.suites = strict\n"
        "from rivage.cli import main\n"
        "main()\n"
    )
    suites.mkdir()
    (suites / "strict.py").write_text(script)
    done = subprocess.run(
        [sys.executable, str(suites / "strict.py"), "audit"],
        env=environment(home, pipeline.sandbox), capture_output=True, text=True, timeout=200,
    )  # fmt: skip
    assert done.returncode == 7, done.stdout + done.stderr
    assert "an ad spends at most a cent" in done.stdout
    assert "nothing was published" in done.stdout
    refused = rivage(home, pipeline.sandbox, "publish", check=False)
    assert refused.returncode == 7
    assert "an ad spends at most a cent" in refused.stderr
    after = published(home)
    told, untold = after.pop("ops_freshness"), before.pop("ops_freshness")
    assert after == before
    assert len(told) == len(untold)
    assert all("an ad spends at most a cent" in str(row) for row in told), "readers know why"
    said = rivage(home, pipeline.sandbox, "status").stdout
    assert "an ad spends at most a cent" in said
    assert "nothing was published, readers still see" in said
    (newest,) = sorted((home / "audit").glob("*.json"))[-1:]
    document = json.loads(newest.read_text())
    assert document["verdict"] == "fail"
    (finding,) = [f for f in document["findings"] if f["severity"] == "critical"]
    assert finding["rule"] == "an ad spends at most a cent"
    assert finding["rows"] > 0
    assert finding["sample"][0]["ad_id"]
