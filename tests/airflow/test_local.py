"""Set-up is repeatable, private, and leaves no process behind."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from rivage.airflow.bootstrap import USERS, keys, passwords
from rivage.airflow.environment import free_port, local_environment
from rivage.airflow.processes import Child

# Three generations; the grandchild has a process group of its own, as tasks have.
FAMILY = """
import os, subprocess, sys, time
alone = "import os, time; os.setpgid(0, 0); time.sleep(99)"
child = subprocess.Popen([sys.executable, "-c", alone])
{extra}
print("up", flush=True)
time.sleep(99)
"""


def started(tmp_path: Path, extra: str = "") -> Child:
    child = Child(
        [sys.executable, "-c", FAMILY.format(extra=extra)],
        env=os.environ, log=tmp_path / "log.txt", cwd=tmp_path,
    )  # fmt: skip
    deadline = time.monotonic() + 20
    while "up" not in child.tail() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert len(child.members()) == 2
    return child


def test_stop_ends_every_generation(tmp_path: Path) -> None:
    child = started(tmp_path)
    child.stop()
    child.stop()
    assert child.members() == []


def test_stop_ends_what_ignores_being_asked(tmp_path: Path) -> None:
    child = started(tmp_path, "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)")
    child.stop(patience=0.5)
    assert child.members() == []


def test_stop_ends_orphans_too(tmp_path: Path) -> None:
    child = started(tmp_path)
    os.kill(child.session, signal.SIGKILL)
    child.stop()
    assert child.members() == []


def test_sigterm_runs_the_clean_up(tmp_path: Path) -> None:
    code = (
        "import time\nfrom rivage.airflow.processes import raise_on_sigterm\n"
        "raise_on_sigterm()\ntry:\n    print('up', flush=True); time.sleep(60)\n"
        "finally:\n    print('cleaned', flush=True)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    process.terminate()
    assert process.communicate(timeout=20)[0] == "cleaned\n"
    assert process.returncode == 128 + signal.SIGTERM


def test_a_taken_port_is_replaced() -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        taken = busy.getsockname()[1]
        assert free_port(taken) not in (0, taken)


def test_passwords_are_made_once_and_are_private(tmp_path: Path) -> None:
    path = tmp_path / "airflow" / "passwords.json"
    first = passwords(path)
    assert set(first) == set(USERS)
    assert len(set(first.values())) == len(USERS)
    assert path.stat().st_mode & 0o777 == 0o600
    assert passwords(path) == first
    # A user who came later gets one; the others keep theirs.
    path.write_text(json.dumps({"admin": "kept"}))
    assert passwords(path)["admin"] == "kept"
    assert set(passwords(path)) == set(USERS)


def test_keys_stay_the_same_over_restarts(tmp_path: Path) -> None:
    first = keys(tmp_path / "keys.json")
    assert keys(tmp_path / "keys.json") == first
    assert (tmp_path / "keys.json").stat().st_mode & 0o777 == 0o600


def test_the_local_airflow_listens_to_this_machine_only(tmp_path: Path) -> None:
    env = local_environment(tmp_path, 18080)
    assert env["AIRFLOW__API__HOST"] == "127.0.0.1"
    assert env["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"].startswith("http://127.0.0.1:")
    assert env["AIRFLOW__USAGE_DATA_COLLECTION__ENABLED"] == "False"
    assert "ALL_ADMINS" not in "".join(env)
    assert Path(env["AIRFLOW_HOME"]) == tmp_path / "airflow"


@pytest.mark.parametrize("part", ["keys.json", "passwords.json"])
def test_no_secret_is_readable_by_others(tmp_path: Path, part: str) -> None:
    local_environment(tmp_path, 18080)
    assert (tmp_path / "airflow" / part).stat().st_mode & 0o077 == 0


def test_a_second_demo_goes_on_and_the_last_one_starts_over(tmp_path: Path) -> None:
    from datetime import UTC, datetime, timedelta

    from rivage.airflow.demo import FIRST_NOW, LAST_DAY, Diary, next_now

    assert next_now(tmp_path) == FIRST_NOW
    Diary(tmp_path).write(FIRST_NOW + timedelta(days=1))
    assert next_now(tmp_path) == FIRST_NOW + timedelta(days=2)
    (tmp_path / "airflow").mkdir()
    Diary(tmp_path).write(datetime(LAST_DAY.year, LAST_DAY.month, LAST_DAY.day, 6, tzinfo=UTC))
    assert next_now(tmp_path) == FIRST_NOW
    assert not (tmp_path / "airflow").exists()
