"""Each kind of fault, in the words of each service; and the command line."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient

from sandbox.faults import read_plan
from sandbox.state import Sandbox
from tests.sandbox.conftest import Ask

MAIN = "7412083911600873473"


def put(client: TestClient, **rule: Any) -> None:
    assert client.put("/_sandbox/faults", json=[rule]).status_code == 200


def test_rate_limits_speak_three_dialects(
    client: TestClient, tiktok: Ask, ga4: Ask, graphql: Ask
) -> None:
    put(client, match="*", kind="rate_limit")
    assert tiktok("/ad/get/", advertiser_id=MAIN)["code"] == 40100
    limited = ga4({})
    assert (limited["status"], limited["error"]["status"]) == (429, "RESOURCE_EXHAUSTED")
    assert graphql("{ shop { name } }")["errors"][0]["extensions"]["code"] == "THROTTLED"


def test_server_errors_and_bad_tokens(client: TestClient, tiktok: Ask, ga4: Ask) -> None:
    put(client, match="*", kind="server_error", code=51039)
    assert tiktok("/ad/get/", advertiser_id=MAIN)["code"] == 51039
    put(client, match="/v1beta/*", kind="server_error")
    assert ga4({})["status"] == 503
    put(client, match="*", kind="bad_token")
    assert tiktok("/ad/get/", advertiser_id=MAIN)["code"] == 40105
    assert ga4({})["status"] == 401
    assert client.post("/admin/api/2026-10/graphql.json", json={}).status_code == 401


def test_a_fault_counts_its_calls_and_matches_its_stream(client: TestClient, tiktok: Ask) -> None:
    put(client, match="*/ad/get/", contains=[MAIN], kind="rate_limit", after=1, times=2)
    codes = [tiktok("/ad/get/", advertiser_id=MAIN)["code"] for _ in range(5)]
    assert codes == [0, 40100, 40100, 0, 0]
    assert tiktok("/campaign/get/", advertiser_id=MAIN)["code"] == 0
    assert client.get("/_sandbox/faults").json()[0]["fired"] == 2
    assert client.delete("/_sandbox/faults").json() == []


def test_broken_bodies(client: TestClient, box: Sandbox) -> None:
    headers = {"Access-Token": box.credentials.tiktok_access_token}
    path = f"/open_api/v1.3/campaign/get/?advertiser_id={MAIN}"
    put(client, match="*", kind="bad_json")
    with pytest.raises(json.JSONDecodeError):
        client.get(path, headers=headers).json()
    put(client, match="*", kind="html_504")
    answer = client.get(path, headers=headers)
    assert (answer.status_code, answer.text[:6]) == (504, "<html>")
    put(client, match="*", kind="empty")
    data = client.get(path, headers=headers).json()["data"]
    assert (data["list"], data["page_info"]["total_number"]) == ([], 0)


@pytest.mark.parametrize(
    ("change", "keys"),
    [
        ("missing", {"campaign_id"}),
        ("renamed", {"campaign_id", "campaign_name_v2"}),
        ("new", {"campaign_id", "campaign_name", "campaign_name_extra"}),
    ],
)
def test_schemas_drift(client: TestClient, tiktok: Ask, change: str, keys: set[str]) -> None:
    put(client, match="*", kind="schema_drift", field="campaign_name", change=change)
    fields = ["campaign_id", "campaign_name"]
    answer = tiktok("/campaign/get/", advertiser_id=MAIN, fields=fields)
    assert set(answer["data"]["list"][0]) == keys


def test_types_drift(client: TestClient, tiktok: Ask) -> None:
    put(client, match="*", kind="schema_drift", field="campaign_name", change="type")
    one = tiktok("/campaign/get/", advertiser_id=MAIN)["data"]["list"][0]
    assert isinstance(one["campaign_name"], float)


def test_cut_and_hanging_connections(client: TestClient, box: Sandbox, server: str) -> None:
    headers = {"Access-Token": box.credentials.tiktok_access_token}
    path = f"{server}/open_api/v1.3/campaign/get/?advertiser_id={MAIN}"
    put(client, match="*", kind="cut_body", times=1)
    with pytest.raises(httpx.RemoteProtocolError):
        httpx.get(path, headers=headers)
    put(client, match="*", kind="hang", seconds=0.6, times=1)
    with pytest.raises(httpx.ReadTimeout):
        httpx.get(path, headers=headers, timeout=0.2)
    assert httpx.get(path, headers=headers).json()["code"] == 0


def test_the_request_log_keeps_no_secrets(client: TestClient, tiktok: Ask, box: Sandbox) -> None:
    client.delete("/_sandbox/requests")
    secret = box.credentials.tiktok_app_secret
    tiktok("/oauth2/advertiser/get/", app_id=box.credentials.tiktok_app_id, secret=secret)
    log = client.get("/_sandbox/requests")
    assert secret not in log.text
    assert log.json()["counts"] == {"GET /open_api/v1.3/oauth2/advertiser/get/": 1}


def test_settings_are_checked(client: TestClient) -> None:
    assert client.put("/_sandbox/settings", json={"tiktok_qps": 5}).json()["tiktok_qps"] == 5
    assert client.put("/_sandbox/settings", json={"nonsense": 5}).status_code == 422


def test_the_command_serves_and_stops_cleanly(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    command = [sys.executable, "-m", "sandbox", "serve", "--home", str(tmp_path), "--days", "10",
               "--now", "2026-09-03T06:00:00Z"]  # fmt: skip
    running = subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True)
    try:
        facts_file = tmp_path / "sandbox.json"
        limit = time.monotonic() + 30
        while not facts_file.exists() and time.monotonic() < limit:
            time.sleep(0.05)
        facts = json.loads(facts_file.read_text())
        assert facts["pid"] == running.pid
        health = httpx.get(f"{facts['url']}/_sandbox/health").json()
        assert (health["status"], health["now"]) == ("ok", "2026-09-03T06:00:00Z")
        pairs = (tmp_path / "sandbox.env").read_text().splitlines()
        env = dict(line.split("=", 1) for line in pairs)
        assert env["RIVAGE_TIKTOK_ADS_BASE_URL"] == f"{facts['url']}/open_api/v1.3/"
        key = json.loads(Path(env["RIVAGE_GA4_CREDENTIALS"]).read_text())
        assert key["token_uri"] == f"{facts['url']}/token"
        export = sorted(os.listdir(env["RIVAGE_GA4_EXPORT_URL"]))  # noqa: PTH208
        assert export[:2] == ["events_20260901.parquet", "events_20260902.parquet"]
        assert [name[:16] for name in export[2:]] == ["events_intraday_"] * 2
    finally:
        running.send_signal(signal.SIGTERM)
        output, _ = running.communicate(timeout=20)
    assert running.returncode in (0, -signal.SIGTERM)
    assert len(output.splitlines()) == 1


def fails(client: TestClient, box: Sandbox, calls: int, *, page: int = 0) -> list[bool]:
    """Which of so many calls for different pages were refused."""
    headers = {"Access-Token": box.credentials.tiktok_access_token}
    path = f"/open_api/v1.3/campaign/get/?advertiser_id={MAIN}&page="
    return [
        client.get(f"{path}{page or number}", headers=headers).json()["code"] != 0
        for number in range(1, calls + 1)
    ]


def test_a_rate_is_met_and_the_same_plan_meets_the_same_calls(
    client: TestClient, box: Sandbox
) -> None:
    put(client, match="*", kind="rate_limit", rate=0.2)
    first = fails(client, box, 100)
    put(client, match="*", kind="rate_limit", rate=0.2)
    assert fails(client, box, 100) == first
    assert 10 <= sum(first) <= 30
    plan = {"seed": 8, "rules": [{"match": "*", "kind": "rate_limit", "rate": 0.2}]}
    assert client.put("/_sandbox/faults", json=plan).status_code == 200
    assert fails(client, box, 100) != first


def test_a_request_that_failed_passes_when_it_is_sent_again(
    client: TestClient, box: Sandbox
) -> None:
    put(client, match="*", kind="rate_limit", rate=0.99)
    assert fails(client, box, 6, page=1) == [True, False, True, False, True, False]
    put(client, match="*", kind="rate_limit", rate=0.99, in_a_row=2)
    assert fails(client, box, 6, page=1) == [True, True, False, True, True, False]


def test_a_rule_holds_between_two_simulated_instants(client: TestClient, box: Sandbox) -> None:
    rule = {"from": "2026-09-25T00:00:00Z", "to": "2026-09-26T00:00:00"}
    put(client, match="*", kind="server_error", **rule)
    assert fails(client, box, 1) == [False]
    client.post("/_sandbox/clock", json={"now": "2026-09-25T12:00:00Z"})
    assert fails(client, box, 1) == [True]
    client.post("/_sandbox/clock", json={"now": "2026-09-26T00:00:00Z"})
    assert fails(client, box, 1) == [False]


def test_the_example_plan_is_one(box: Sandbox) -> None:
    plan = read_plan(Path(__file__).parents[2] / "sandbox" / "faults" / "example.yml")
    assert [rule.kind for rule in plan.rules] == [
        "rate_limit", "server_error", "hang", "cut_body", "schema_drift",
    ]  # fmt: skip
    assert plan.rules[1].since is not None
    assert plan.rules[1].since.tzinfo is not None


@pytest.mark.parametrize("text", ["rules: [{kind: earthquake}]", "rules: [{", "[]"])
def test_a_wrong_plan_is_refused_before_anything_is_served(tmp_path: Path, text: str) -> None:
    (tmp_path / "plan.yml").write_text(text)
    done = subprocess.run(
        [sys.executable, "-m", "sandbox", "serve", "--home", str(tmp_path / "home"),
         "--faults", str(tmp_path / "plan.yml")],
        cwd=Path(__file__).parents[2], capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 2
    assert "fault plan" in " ".join(done.stderr.split())
    assert not (tmp_path / "home").exists()


def test_a_small_sandbox_with_a_plan_starts_soon_and_resets_connections(tmp_path: Path) -> None:
    (tmp_path / "plan.yml").write_text("rules: [{kind: reset, times: 1}]")
    command = [sys.executable, "-m", "sandbox", "serve", "--home", str(tmp_path), "--size",
               "small", "--faults", str(tmp_path / "plan.yml")]  # fmt: skip
    begin = time.monotonic()
    running = subprocess.Popen(
        command, cwd=Path(__file__).parents[2], stdout=subprocess.PIPE, text=True
    )
    try:
        assert running.stdout is not None
        url = running.stdout.readline().split()[-1]
        started = time.monotonic() - begin
        path = f"{url}/open_api/v1.3/campaign/get/"
        with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
            httpx.get(path)
        assert httpx.get(path).json()["code"] == 40104
    finally:
        running.send_signal(signal.SIGTERM)
        running.communicate(timeout=20)
    # Under 3 s on an idle machine; this catches a start that waits for the export files.
    assert started < 9
