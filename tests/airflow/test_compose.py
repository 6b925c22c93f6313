"""docker-compose.yml: what Docker would check, and what it would not. No engine is needed."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

REPO = Path(__file__).resolve().parents[2]
TEXT = (REPO / "docker-compose.yml").read_text()
FILE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = FILE["services"]
EXAMPLE = (REPO / "deploy" / "compose.env.example").read_text()
ONE_SHOT = {"airflow-init"}
AIRFLOW = [name for name in SERVICES if name not in {"postgres", "redis"}]
KNOWN_KEYS = {
    "build", "image", "restart", "env_file", "environment", "volumes", "depends_on", "command",
    "ports", "healthcheck", "profiles", "network_mode", "stop_grace_period",
}  # fmt: skip
SECRET = re.compile(r"PASSWORD|SECRET|SALT|FERNET|TOKEN|CONN|BACKEND|BROKER")


def test_every_part_of_the_deployment_is_there() -> None:
    assert set(SERVICES) == {
        "postgres", "redis", "airflow-init", "api-server", "scheduler", "dag-processor",
        "triggerer", "worker", "worker-duckdb", "sandbox",
    }  # fmt: skip


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_has_only_what_compose_knows(name: str) -> None:
    service = SERVICES[name]
    assert set(service) <= KNOWN_KEYS
    assert "image" in service
    for needed, rule in service["depends_on"].items() if "depends_on" in service else ():
        assert needed in SERVICES
        assert rule["condition"] in {
            "service_healthy", "service_started", "service_completed_successfully",
        }  # fmt: skip
        if rule["condition"] == "service_healthy":
            assert "healthcheck" in SERVICES[needed]
    for volume in service.get("volumes", []):
        assert volume.split(":")[0] in FILE["volumes"]


@pytest.mark.parametrize("name", sorted(set(SERVICES) - ONE_SHOT))
def test_a_service_that_stays_is_watched(name: str) -> None:
    check = SERVICES[name]["healthcheck"]
    assert check["test"][0] in {"CMD", "CMD-SHELL"}
    assert check["retries"] >= 3


def test_no_secret_is_in_the_file() -> None:
    for name, service in SERVICES.items():
        for variable, value in service["environment"].items():
            if not SECRET.search(variable):
                continue
            words = re.findall(r"\$\{(\w+):\?[^}]+\}", str(value))
            assert words or "CONNECTION" in variable, f"{name} {variable} holds a literal"
    assert not re.search(r"\$\{\w*(PASSWORD|SECRET|SALT|KEY)\w*(:-[^}]*)?\}", TEXT)


def test_the_example_names_every_secret_and_fills_none() -> None:
    wanted = set(re.findall(r"\$\{(\w+):\?", TEXT))
    lines = [line for line in EXAMPLE.splitlines() if "=" in line and not line.startswith("#")]
    offered = dict(line.split("=", 1) for line in lines)
    assert wanted <= set(offered)
    assert not any(offered.values())


def test_one_worker_writes_duckdb_files() -> None:
    from rivage.airflow.names import WRITER_QUEUE

    queues: dict[str, str] = {}
    for name, service in SERVICES.items():
        command = [str(word) for word in service.get("command", [])]
        if "--queues" in command:
            queue = command[command.index("--queues") + 1]
            queues[queue] = command[command.index("--concurrency") + 1]
            assert "deploy" not in service, name
    assert queues[WRITER_QUEUE] == "1"
    assert set(queues) == {"default", WRITER_QUEUE}


def test_only_the_web_page_is_reachable_and_only_from_here() -> None:
    ports = {name: s["ports"] for name, s in SERVICES.items() if "ports" in s}
    assert ports == {"api-server": ["127.0.0.1:8080:8080"]}


def test_the_sandbox_comes_with_the_demo_only() -> None:
    assert [name for name in SERVICES if "profiles" in SERVICES[name]] == ["sandbox"]


def test_the_image_copies_what_exists_and_pins_what_it_installs() -> None:
    text = (REPO / "deploy" / "Dockerfile").read_text()
    for line in re.findall(r"^COPY (.+)$", text, re.M):
        for source in line.split()[:-1]:
            if source != "requirements/compose.lock":  # made by `make lock`
                assert (REPO / source).exists(), source
    assert "--require-hashes" in text
    assert "USER 50000" in text


def local(words: list[str]) -> list[str] | None:
    """A service's command with --help on this machine; None where it needs another package."""
    if words[:2] == ["airflow", "celery"] or words[0] in {"sh", "bash"}:
        return None  # Celery, FAB and Redis are in the image only
    start = [sys.executable, "-m", "airflow"] if words[0] == "airflow" else [sys.executable]
    return [*start, *words[1:], "--help"]


@pytest.mark.parametrize("name", AIRFLOW)
def test_the_command_of_a_service_exists(name: str) -> None:
    command = local([str(word) for word in SERVICES[name]["command"]])
    if command is None:
        return
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, cwd=REPO)
    assert done.returncode == 0, done.stderr[-500:]
    assert "usage" in done.stdout.lower()
