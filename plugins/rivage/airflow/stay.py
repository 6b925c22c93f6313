"""`up` and `down`: a local Airflow that stays until it is told to go."""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path

from rich.console import Console

from rivage.airflow.demo import Diary, brand_environment, next_now
from rivage.airflow.environment import airflow_home
from rivage.airflow.local import LocalAirflow
from rivage.airflow.names import BUILD_DAG, FAMILIES
from rivage.airflow.simulated import SimulatedBrand
from rivage.errors import RivageError


def up(home: Path, port: int, console: Console) -> int:
    """Start Airflow on this home, print address and users, run until Ctrl-C.

    A demo's home gets its simulated brand back, so that runs can be triggered too. Any
    other home reads the sources that the environment names; its DAGs start paused.
    """
    simulated = (home / "sandbox").is_dir() or home.name == "demo"
    brand: SimulatedBrand | None = None
    airflow: LocalAirflow | None = None
    marker = _marker(home)
    try:
        if simulated:
            now = Diary(home).read() or next_now(home)
            brand = SimulatedBrand(home / "sandbox", ["--now", now.isoformat()])
            brand.start()
        airflow = LocalAirflow(
            home,
            port=port,
            extra=brand_environment() if brand else {},
            env_file=brand.env_file if brand else None,
        )
        airflow.start()
        marker.write_text(json.dumps({"pid": os.getpid(), "url": airflow.url}))
        console.print("Starting Airflow …")
        airflow.wait_until_healthy(180)
        if simulated:
            for dag_id in [*(family.dag_id for family in FAMILIES), BUILD_DAG]:
                airflow.client.unpause(dag_id)
        console.print(f"Airflow: {airflow.url}", highlight=False)
        for user, password in airflow.users.items():
            console.print(f"  {user:8} {password}", highlight=False)
        console.print("Ctrl-C stops it.")
        while True:
            airflow.check_alive()
            time.sleep(1)
    except RivageError as error:
        console.print(f"[red]{error}[/red]", highlight=False)
        return error.exit_code
    finally:
        marker.unlink(missing_ok=True)
        if airflow is not None:
            airflow.stop()
        if brand is not None:
            brand.stop()


def down(home: Path, console: Console) -> int:
    """Stop the `up` of this home, if one runs."""
    marker = _marker(home)
    pid = int(json.loads(marker.read_text())["pid"]) if marker.exists() else 0
    if not pid or not _is_ours(pid):
        console.print("Nothing is running.")
        return 0
    os.kill(pid, signal.SIGTERM)
    for _ in range(300):
        if not _is_ours(pid):
            console.print("Stopped.")
            return 0
        time.sleep(0.1)
    console.print(f"Process {pid} did not stop within 30 s.")
    return 1


def _marker(home: Path) -> Path:
    return airflow_home(home) / "up.json"


def _is_ours(pid: int) -> bool:
    """Whether the process is an `up`: after a crash its number may belong to another."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return b"rivage.airflow.local" in command
